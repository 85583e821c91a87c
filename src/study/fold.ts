/** The state of a study is the fold of its events: what was, what runs, what came out. */
import type { StudyCreated, StudyEvent } from './events.ts';
import type { Trial } from './trial.ts';

export interface StudyState {
  /** Absent until the study is created; an Optuna study has trials without it. */
  readonly study?: StudyCreated;
  /** By id. */
  readonly trials: readonly Trial[];
}

/** State after the given events, onwards from an earlier state. Default: from nothing. */
export function fold(events: Iterable<StudyEvent>, from: StudyState = { trials: [] }): StudyState {
  const trials = [...from.trials];
  let { study } = from;
  for (const event of events) {
    if (event.type === 'study-created') study = event;
    else trials[event.trial] = advance(trials[event.trial], event);
  }
  return study ? { study, trials } : { trials };
}

/** The trials of a fold that goes on. */
export interface Trials {
  apply(event: StudyEvent): void;
  get(id: number): Trial | undefined;
  readonly count: number;
  /** By id; stays as it is, whatever happens next. */
  all(): readonly Trial[];
}

/**
 * Goes on from a state, event by event. The array is copied only when it changes after someone has seen it: most events of
 * a study with thousands of trials are seen by nobody.
 */
export function follow({ trials: from }: StudyState): Trials {
  let trials = [...from];
  let isSeen = false;
  return {
    apply(event) {
      if (event.type === 'study-created') return;
      if (isSeen) trials = [...trials];
      isSeen = false;
      trials[event.trial] = advance(trials[event.trial], event);
    },
    get: id => trials[id],
    get count() {
      return trials.length;
    },
    all() {
      isSeen = true;
      return trials;
    },
  };
}

function advance(trial: Trial | undefined, event: Exclude<StudyEvent, StudyCreated>): Trial {
  if (event.type === 'trial-enqueued') {
    const { trial: id, config, attributes, at } = event;
    const facts = attributes && { attributes };
    return { id, state: 'waiting', attempt: 0, config, enqueued: config, curve: [], startedAt: at, ...facts };
  }
  if (event.type === 'trial-started') {
    const { trial: id, attempt, config, at } = event;
    const { enqueued, attributes, promoted } = trial ?? {};
    const passed = { ...(promoted !== undefined && { promoted }), ...marksOf(event) };
    const begun = { id, state: 'running', attempt, config, curve: [], startedAt: at, ...passed } as const;
    return enqueued ? { ...begun, enqueued, ...(attributes && { attributes }) } : begun;
  }
  if (!trial) throw new Error(`${event.type} for trial ${event.trial}, which never started`);
  switch (event.type) {
    case 'trial-measured':
      return { ...trial, curve: [...trial.curve, event.measurement] };
    case 'trial-paused':
      return { ...trial, state: 'paused' };
    case 'trial-promoted':
      return { ...trial, state: 'running', promoted: trial.curve.at(-1)?.step ?? 0 };
    case 'trial-interrupted':
      return { ...trial, state: 'interrupted' };
    case 'trial-finished': {
      // Named one by one: V8 gives each object with an overwritten spread a shape of its own, four times slower to read.
      const { id, attempt, config, curve, startedAt, enqueued } = trial;
      const marks = marksOf(trial);
      const finished = { id, attempt, config, curve, startedAt, ...marks, ...event.result, finishedAt: event.at };
      if (!enqueued) return finished;
      const attributes = { ...trial.attributes, ...event.result.attributes };
      return { ...finished, enqueued, ...(Object.keys(attributes).length > 0 && { attributes }) };
    }
  }
}

/** What it is from its beginning to its end. */
function marksOf({ version, confirms }: Pick<Trial, 'version' | 'confirms'>): Pick<Trial, 'version' | 'confirms'> {
  return { ...(version !== undefined && { version }), ...(confirms !== undefined && { confirms }) };
}
