/** What damaged bytes of a journal were, as far as what is left of them tells, and the lines that stand in for them. */
import { operations, states, workerId, type JournalLine } from './journal-line.ts';
import { ownPrefix, studyAttribute } from './replay.ts';

/** Something that a journal has lost. */
export interface Flaw {
  /** Number of the damaged line, or of the line before which others are missing. Counts from 1. */
  readonly line: number;
  /** Its bytes; none where lines are missing. */
  readonly bytes: Buffer;
}

/** What was lost with damaged bytes. */
export interface Loss {
  /** Whether a study was created or deleted. */
  readonly isStudy: boolean;
  /** Whether we wrote any of it. */
  readonly isOurs: boolean;
  /** The studies whose trials were created, by Optuna's id; undefined where it cannot be read. */
  readonly created: readonly (number | undefined)[];
}

/** The first key of a line that is not the same in all lines of its writer. */
const secondKey = /^.{13}(?:"worker_id":"[^"]*",)?"(study_id|trial_id|study_name)":/s;

/** A single wrong byte cannot mislead: neither the operation's number alone nor a key alone decides. */
export function lossOf(bytes: Buffer): Loss {
  // Where a line break is damaged or missing, two lines are one.
  const text = bytes.toString('latin1');
  const pieces = text.split(/(?<=.)(?=\{"op_code":)/s);
  const isOurs = text.includes(`"worker_id":"${workerId}"`) || text.includes(`{"${studyAttribute}":{`);
  return { isStudy: pieces.some(isStudy), isOurs, created: pieces.filter(isCreation).map(studyIn) };
}

function isStudy(piece: string): boolean {
  const key = secondKey.exec(piece)?.[1];
  if (key === 'study_name') return true;
  const operation = operationOf(piece);
  if (operation === operations.createStudy) return key === undefined;
  return operation === operations.deleteStudy && key !== 'trial_id' && !isCreation(piece);
}

function isCreation(piece: string): boolean {
  const key = secondKey.exec(piece)?.[1];
  const isNamed = operationOf(piece) === operations.createTrial;
  return key === 'study_id' ? isNamed || piece.includes('"datetime_start":') : key === undefined && isNamed;
}

function studyIn(piece: string): number | undefined {
  const id = /"study_id":(\d+)/.exec(piece)?.[1];
  return id === undefined ? undefined : Number(id);
}

function operationOf(piece: string): number {
  return Number(/^\{"op_code":(\d+),/.exec(piece)?.[1]);
}

/**
 * A trial in place of one whose beginning is lost: later trials keep their numbers, for Optuna too. It has ended, so what
 * the journal says of the lost one later changes nothing.
 */
export function lostTrial(study_id: number, trial_id: number, at: string): JournalLine {
  return {
    op_code: operations.createTrial,
    study_id,
    trial_id,
    datetime_start: at,
    datetime_complete: at,
    state: states.failed,
    distributions: {},
    params: {},
    user_attrs: { [`${ownPrefix}failure`]: { cause: 'error', message: 'its line in the journal was damaged' } },
  };
}

/** In place of any other lines: says nothing, to Optuna either. The count of lines goes on with it. */
export const lostLine: JournalLine = { op_code: operations.setTrialSystemAttr, trial_id: -1, system_attr: {} };

export function isLostLine(line: JournalLine): boolean {
  return line.op_code === lostLine.op_code && line['trial_id'] === lostLine['trial_id'];
}

/** For the user: which lines, and where they are now. */
export function describeFlaws(path: string, flaws: readonly Flaw[]): string {
  const numbersOf = (list: readonly Flaw[]): string => list.map(({ line }) => line).join(', ');
  const damaged = flaws.filter(({ bytes }) => bytes.length > 0);
  const missing = flaws.filter(({ bytes }) => bytes.length === 0);
  return [
    ...(damaged.length > 0
      ? [`${path}: damaged and left out: line ${numbersOf(damaged)}; kept in ${damagedPath(path)}`]
      : []),
    ...(missing.length > 0 ? [`${path}: lines are missing before line ${numbersOf(missing)}`] : []),
  ].join('\n');
}

/** Where damaged lines are kept. */
export function damagedPath(journal: string): string {
  return `${journal}.damaged`;
}
