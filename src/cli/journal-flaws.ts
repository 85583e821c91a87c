/**
 * What is wrong in a journal, line by line: checksums, the count of lines, and what may follow what. Lines that Optuna
 * wrote have neither checksum nor number, and may be in vain: those are passed over, as Optuna does.
 */
import { messageOf } from '../errors.ts';
import { isLostLine } from '../storage/damage.ts';
import { operations, parseLine, states, workerId, type JournalLine } from '../storage/journal-line.ts';
import { createReplay, ownPrefix } from '../storage/replay.ts';

export interface Flaw {
  /** Counts from 1. */
  readonly line: number;
  readonly message: string;
  /** Whether the journal was mended there: what stands there now is as it should be. */
  readonly isMended?: true;
}

export interface CheckedJournal {
  readonly lines: number;
  /** Trials, those of all studies in the file. */
  readonly trials: number;
  /** In the order of their lines. */
  readonly flaws: readonly Flaw[];
}

export function checkJournal(text: string): CheckedJournal {
  const parts = text.split('\n');
  const torn = parts.pop()!;
  const flaws: Flaw[] = [];
  const replay = createReplay();
  const trials = createTrials();
  /** Lines that the count has had more than the file. */
  let ahead = 0;
  for (const [index, part] of parts.entries()) {
    const report = (message: string | undefined): void => {
      if (message !== undefined) flaws.push({ line: index + 1, message });
    };
    const line = parseLine(Buffer.from(part));
    if (!line) {
      report(crc.test(part) ? 'the line is not what was written: its checksum differs' : 'the line is no JSON object');
      continue;
    }
    if (isOurs(line)) {
      if (!crc.test(part)) report('the line has no checksum');
      report(countFlaw(line['seq'] - index - ahead));
      ahead = Number.isSafeInteger(line['seq']) ? line['seq'] - index : ahead;
    }
    if (isLostLine(line)) flaws.push({ line: index + 1, message: 'lines were lost here', isMended: true });
    else report(trials.apply(line));
    try {
      replay.apply(line);
    } catch (error) {
      report(messageOf(error));
    }
  }
  if (torn !== '') flaws.push({ line: parts.length + 1, message: 'the last line was cut short' });
  if (!replay.study()) flaws.push({ line: 1, message: 'no line begins a study' });
  return { lines: parts.length, trials: trials.count(), flaws };
}

const crc = /,"crc":"[0-9a-f]{8}"\}$/;

function isOurs(line: JournalLine): boolean {
  return line['worker_id'] === workerId || 'seq' in line;
}

/** @param difference between the number of a line and its place */
function countFlaw(difference: number): string | undefined {
  if (difference === 0) return undefined;
  if (difference > 0) return `${difference === 1 ? 'a line is' : `${difference} lines are`} missing before this one`;
  return difference < 0 ? 'the line is repeated, or not in its place' : 'the line has no number';
}

/** A trial under check. */
interface Draft {
  state: number;
  attempt: number;
  /** The last one that was measured. */
  step: number;
}

/** The trials of all studies, by Optuna's ids; says what may not follow what came before. */
function createTrials() {
  const drafts: Draft[] = [];
  let studies = 0;

  const change = (draft: Draft, line: JournalLine, name: string): string | undefined => {
    const isWaiting = draft.state === states.waiting;
    if (line.op_code === operations.setTrialState) {
      const { state, values } = line;
      const before = draft.state;
      draft.state = state;
      if (state === states.running) return isWaiting ? undefined : `${name} begins twice`;
      if (before === states.waiting) return `${name} ends before it has begun`;
      return state === states.complete && !hasNumbers(values) ? `${name} is complete without a value` : undefined;
    }
    if (isWaiting) return `${name} has not begun`;
    if (line.op_code === operations.setTrialIntermediateValue) {
      const previous = draft.step;
      draft.step = line['step'];
      return draft.step > previous ? undefined : `${name} has step ${draft.step} after step ${previous}`;
    }
    const attempt: unknown = line['user_attr']?.[`${ownPrefix}attempt`];
    if (typeof attempt !== 'number') return undefined;
    const previous = draft.attempt;
    Object.assign(draft, { attempt, step: 0 });
    return attempt === previous + 1 ? undefined : `${name} has attempt ${attempt} after attempt ${previous}`;
  };

  return {
    count: () => drafts.length,
    apply(line: JournalLine): string | undefined {
      switch (line.op_code) {
        case operations.createStudy:
          studies += 1;
          return undefined;
        case operations.createTrial: {
          if (!(line['study_id'] < studies)) return 'the trial belongs to no study';
          const attempt: number = line['user_attrs']?.[`${ownPrefix}attempt`] ?? 1;
          drafts.push({ state: line['state'] ?? states.running, attempt, step: 0 });
          return undefined;
        }
        default: {
          if (!('trial_id' in line)) return undefined;
          const draft = typeof line['trial_id'] === 'number' ? drafts[line['trial_id']] : undefined;
          const name = `trial ${line['trial_id']}`;
          if (!draft) return `${name} does not exist`;
          const hasEnded = draft.state !== states.running && draft.state !== states.waiting;
          if (hasEnded) return isOurs(line) ? `${name} has ended before` : undefined;
          const flaw = change(draft, line, name);
          return isOurs(line) ? flaw : undefined;
        }
      }
    },
  };
}

function hasNumbers(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0 && values.every(value => Number.isFinite(value));
}
