/**
 * What the lines of a journal mean: replays them in order, as Optuna's JournalStorageReplayResult does, and says which
 * events of our study each one is.
 */
import { TuneError } from '../errors.ts';
import type { Config, Space } from '../space/space.ts';
import type { StudyCreated, StudyEvent, TrialEnqueued, TrialStarted } from '../study/events.ts';
import type { Direction } from '../study/ports.ts';
import type { Failure, Measurement, StopReason, TrialResult } from '../study/trial.ts';
import { createReadChoices, externalValues, ownValues } from './distributions.ts';
import { directionNumbers, operations, states, workerId, type JournalLine } from './journal-line.ts';

/** Name of the study attribute with everything that Optuna has no place for. */
export const studyAttribute = 'tune';
/** Names of trial attributes that are not the trainer's own begin so. */
export const ownPrefix = 'tune:';
/** Trial attribute: whether the trial is paused, which Optuna has no state for. */
export const pausedAttribute = `${ownPrefix}paused`;
/** Trial attribute: the trial had to end with its process. */
export const interruptedAttribute = `${ownPrefix}interrupted`;
/** Trial attribute: number of the trial that it confirms. */
export const confirmsAttribute = `${ownPrefix}confirms`;
/** Version of our additions to the format. */
export const formatVersion = 1;

export interface Replay {
  /**
   * The events that a line stands for. An event of the past may still gain parameters: Optuna stores them singly.
   * @throws TuneError where the journal must not be used; other errors for a line that makes no sense, which has then
   *   changed nothing
   */
  apply(line: JournalLine): readonly StudyEvent[];
  /** Our study, once the file has one. */
  study(): StoredStudy | undefined;
  /** Optuna's id of our trial with this number; undefined when the file does not have it yet. */
  trialId(trial: number): number | undefined;
  /** Whether the trial with this id of Optuna's is of our study. */
  owns(id: unknown): boolean;
  /** Optuna's id of the next trial of any study. */
  nextTrialId(): number;
}

export interface StoredStudy {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly Direction[];
  /** The newest; absent when Optuna made the study. */
  readonly space?: Space;
  /** Its version; absent: 1. */
  readonly version?: number;
  readonly spaces?: ReadonlyMap<number, Space>;
}

/** The space of a version; the newest where the line is lost that told. */
export function spaceOf(study: StoredStudy | undefined, version = 1): Space | undefined {
  return study?.spaces?.get(version) ?? study?.space;
}

/** A trial under replay. */
interface Draft {
  readonly trial: number;
  state: number;
  /** Its last beginning. */
  begun: Changeable<TrialEnqueued> | Changeable<TrialStarted>;
  attributes: Readonly<Record<string, unknown>>;
  /** Of the last measurement of its present attempt; 0 before the first. */
  step: number;
}

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** @param ours name of our study. Default: the first one of the file is ours */
export function createReplay(ours?: string): Replay {
  /** Names by Optuna's study id; undefined for deleted ones. */
  const studyNames: (string | undefined)[] = [];
  /** By Optuna's trial id; trials of other studies take up ids too. */
  const drafts: (Draft | undefined)[] = [];
  const ids: number[] = [];
  const readChoices = createReadChoices();
  let study: StoredStudy | undefined;

  // What is no number would find the methods of arrays.
  const draftOf = (id: unknown): Draft | undefined => (typeof id === 'number' ? drafts[id] : undefined);

  /** Optuna's workers say no version. */
  const versionOf = (line: JournalLine): { readonly version?: number } => {
    const version: unknown = line['worker_id'] === workerId ? line['version'] : study?.version;
    return typeof version === 'number' ? { version } : {};
  };

  const drawnIn = (
    line: JournalLine,
    { config }: Draft['begun'],
  ): { readonly config: Config; readonly version?: number } => {
    return { config: line['config'] ?? config, ...versionOf(line) };
  };

  const startAgain = (
    draft: Draft,
    attempt: number,
    at: string,
    { config, version }: { readonly config: Config; readonly version?: number | undefined },
  ): readonly StudyEvent[] => {
    draft.state = states.running;
    draft.step = 0;
    if (attempt > 1) draft.attributes = {};
    const { trial, begun } = draft;
    const confirms = begun.type === 'trial-started' ? begun.confirms : undefined;
    const marks = { ...(version !== undefined && { version }), ...(confirms !== undefined && { confirms }) };
    draft.begun = { type: 'trial-started', trial, attempt, config, ...marks, at };
    return [draft.begun];
  };

  const enqueueTrial = (line: JournalLine, trial: number): Draft => {
    const { params = {}, distributions = {}, system_attrs: system, user_attrs: user = {} } = line;
    const fixed = ownValues(study?.space, system?.fixed_params ?? {});
    const config: Config = { ...externalValues(study?.space, params, distributions, readChoices), ...fixed };
    const at = isoTime(line['at'] ?? line['datetime_start']);
    const attributes = Object.keys(user).length > 0 && { attributes: user };
    const begun: TrialEnqueued = { type: 'trial-enqueued', trial, config, ...attributes, at };
    return { trial, state: states.waiting, begun, attributes: {}, step: 0 };
  };

  const begin = (draft: Draft, ...more: readonly StudyEvent[]): readonly StudyEvent[] => {
    ids.push(drafts.length);
    drafts.push(draft);
    return [draft.begun, ...more];
  };

  const createTrial = (line: JournalLine): readonly StudyEvent[] => {
    if (studyNames[line['study_id']] === undefined) return [];
    if (line['study_id'] !== study?.id) {
      drafts.push(undefined);
      return [];
    }
    const { params = {}, distributions = {}, user_attrs: user = {}, state = states.running } = line;
    const trial = ids.length;
    if (state === states.waiting) return begin(enqueueTrial(line, trial));
    const config = externalValues(study?.space, params, distributions, readChoices);
    const attempt: number = user[`${ownPrefix}attempt`] ?? 1;
    const confirms: unknown = user[confirmsAttribute];
    const marks = { ...versionOf(line), ...(typeof confirms === 'number' && { confirms }) };
    const unseen = line['unseen'] && { unseen: line['unseen'] };
    const at = isoTime(line['datetime_start'] ?? line['datetime_complete']);
    const draft: Draft = {
      trial,
      state,
      begun: { type: 'trial-started', trial, attempt, config, ...unseen, ...marks, at },
      attributes: user,
      step: 0,
    };
    const measured = Object.entries(line['intermediate_values'] ?? {}).map(([step, value]) =>
      measuredEvent(trial, Number(step), value),
    );
    const finished = isFinished(state) ? [finishedEvent(draft, state, line)] : [];
    return begin(draft, ...measured, ...finished);
  };

  /** Where the line that begins an attempt is lost, those after it tell: our steps grow within one. */
  const beginLost = (draft: Draft, line: JournalLine): readonly StudyEvent[] => {
    const isStep = line.op_code === operations.setTrialIntermediateValue;
    const isFirst = draft.state === states.waiting && (isStep || line.op_code === operations.setTrialParam);
    const isOurs = line['worker_id'] === workerId;
    const isLost = isOurs && (isFirst || (isStep && line['step'] <= draft.step));
    const { begun } = draft;
    const attempt = begun.type === 'trial-started' ? begun.attempt + 1 : 1;
    const version = begun.type === 'trial-started' ? begun.version : study?.version;
    const events = isLost ? startAgain(draft, attempt, begun.at, { config: begun.config, version }) : [];
    if (isStep) draft.step = line['step'];
    return events;
  };

  const applyToTrial = (draft: Draft, line: JournalLine): readonly StudyEvent[] => {
    const { trial, begun } = draft;
    switch (line.op_code) {
      case operations.setTrialParam: {
        const { param_name: name, param_value_internal: value, distribution } = line;
        const space = spaceOf(study, begun.type === 'trial-started' ? begun.version : study?.version);
        const added = externalValues(space, { [name]: value }, { [name]: distribution }, readChoices);
        begun.config = { ...begun.config, ...added };
        return [];
      }
      case operations.setTrialIntermediateValue:
        return [measuredEvent(trial, line['step'], line['intermediate_value'], line['metrics'])];
      case operations.setTrialUserAttr: {
        const attempt: unknown = line['user_attr'][`${ownPrefix}attempt`];
        if (typeof attempt === 'number') return startAgain(draft, attempt, isoTime(line['at']), drawnIn(line, begun));
        const isPaused: unknown = line['user_attr'][pausedAttribute];
        if (typeof isPaused === 'boolean') return [{ type: isPaused ? 'trial-paused' : 'trial-promoted', trial }];
        if (interruptedAttribute in line['user_attr']) return [{ type: 'trial-interrupted', trial }];
        draft.attributes = { ...draft.attributes, ...line['user_attr'] };
        return [];
      }
      case operations.setTrialState: {
        if (line['state'] === states.running && draft.state === states.waiting)
          return startAgain(draft, 1, isoTime(line['datetime_start']), drawnIn(line, begun));
        if (!isFinished(line['state'])) return [];
        const finished = finishedEvent(draft, line['state'], line);
        draft.state = line['state'];
        return [finished];
      }
      default:
        return [];
    }
  };

  return {
    study: () => study,
    trialId: trial => ids[trial],
    owns: id => draftOf(id) !== undefined,
    nextTrialId: () => drafts.length,
    apply(line) {
      switch (line.op_code) {
        case operations.createStudy: {
          const name: string = line['study_name'];
          if (studyNames.includes(name)) return [];
          const directions = (line['directions'] as readonly number[]).map(directionOf);
          if (ours === undefined || name === ours) study ??= { id: studyNames.length, name, directions };
          studyNames.push(name);
          return [];
        }
        case operations.deleteStudy:
          if (line['study_id'] === study?.id) refuse('the study was deleted with Optuna; move the file away');
          studyNames[line['study_id']] = undefined;
          return [];
        case operations.setStudyUserAttr: {
          const details = line['user_attr'][studyAttribute];
          if (!study || line['study_id'] !== study.id || details === undefined) return [];
          if (details.format > formatVersion) refuse('a newer version of tfjs-tune wrote this journal');
          const { seed, space, version, sections, file, deterministic, at } = details;
          study = { ...study, space, version, spaces: new Map(study.spaces).set(version ?? 1, space) };
          const { name, directions } = study;
          const more = {
            ...(version !== undefined && { version }),
            ...(sections && { sections }),
            ...(file && { file }),
            ...(deterministic && { deterministic }),
          };
          const facts = { seed, space, ...more, at };
          const goals = { direction: directions[0]!, ...(directions.length > 1 && { directions }) };
          return [{ type: 'study-created', study: name, ...goals, ...facts } satisfies StudyCreated];
        }
        case operations.createTrial:
          return createTrial(line);
        default: {
          const draft = draftOf(line['trial_id']);
          // As in Optuna, nothing changes a finished trial.
          if (!draft || isFinished(draft.state)) return [];
          const begun = beginLost(draft, line);
          const events = applyToTrial(draft, line);
          return begun.length > 0 ? [...begun, ...events] : events;
        }
      }
    },
  };
}

function refuse(message: string): never {
  throw new TuneError('STORAGE_FAILED', message);
}

function measuredEvent(
  trial: number,
  step: number,
  value: unknown,
  metrics?: Readonly<Record<string, unknown>>,
): StudyEvent {
  const measurement: Measurement = {
    step,
    value: Number(value),
    ...(metrics && { metrics: numbersOf(metrics) }),
  };
  return { type: 'trial-measured', trial, measurement };
}

function numbersOf(metrics: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  if (Object.values(metrics).every(value => typeof value === 'number')) return metrics as Record<string, number>;
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value)]));
}

function finishedEvent({ trial, attributes }: Draft, state: number, line: JournalLine): StudyEvent {
  const values = ((line['values'] ?? [line['value']].filter(value => value != null)) as readonly unknown[]).map(Number);
  const failure = attributes[`${ownPrefix}failure`] as Failure | undefined;
  const stopped = attributes[`${ownPrefix}stopped`] as StopReason | undefined;
  const own = Object.entries(attributes).filter(([name]) => !name.startsWith(ownPrefix));
  const facts = { ...(stopped && { stopped }), ...(own.length > 0 && { attributes: Object.fromEntries(own) }) };
  const unexplained: Failure = { cause: 'error', message: 'no reason was stored' };
  const result: TrialResult =
    state === states.failed
      ? { state: 'failed', ...facts, failure: failure ?? unexplained }
      : {
          state: state === states.pruned ? 'pruned' : 'complete',
          ...(values.length > 0 && { value: values[0]! }),
          ...(values.length > 1 && { values }),
          ...facts,
        };
  return { type: 'trial-finished', trial, result, at: isoTime(line['datetime_complete']) };
}

function directionOf(number: number): Direction {
  return number === directionNumbers.maximize ? 'maximize' : 'minimize';
}

function isFinished(state: number): boolean {
  return state === states.complete || state === states.pruned || state === states.failed;
}

function isoTime(text: unknown): string {
  // Ours, in whole milliseconds: faster than by way of a date.
  if (typeof text === 'string' && text.length === 32 && text.endsWith('000+00:00')) return `${text.slice(0, 23)}Z`;
  return new Date(typeof text === 'string' ? text : 0).toISOString();
}
