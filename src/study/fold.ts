/** The state of a study is the fold of its events: what was, what runs, what came out. */
import { isConfirmation, searched } from './confirmations.ts';
import { hasEnded } from './count-finished.ts';
import type { StudyCreated, StudyEvent } from './events.ts';
import type { Measurement, Trial, TrialMarks } from './trial.ts';

export interface StudyState {
  /** Absent until the study is created; an Optuna study has trials without it. */
  readonly study?: StudyCreated;
  /** How the study was created before, where its space has changed. */
  readonly earlier?: readonly StudyCreated[];
  /** By id. */
  readonly trials: readonly Trial[];
}

/** State after the given events, onwards from an earlier state. Default: from nothing. */
export function fold(events: Iterable<StudyEvent>, from?: StudyState): StudyState {
  const trials = follow(from);
  for (const event of events) trials.apply(event);
  return trials.state();
}

/** The trials of a fold that goes on. */
export interface Trials {
  apply(event: StudyEvent): void;
  get(id: number): Trial | undefined;
  readonly count: number;
  /** By id; stays as it is, whatever happens next. */
  all(): readonly Trial[];
  /** Those of the search: without those that confirm others. */
  searched(): readonly Trial[];
  /** Those that have not ended, by id: few, however many there are. */
  open(): readonly Trial[];
  state(): StudyState;
}

/**
 * Goes on from a state, event by event. Default: from nothing. The array, and a trial's curve, are copied only when they
 * change after someone has seen them: most events of a study with thousands of trials are seen by nobody.
 */
export function follow(from: StudyState = { trials: [] }): Trials {
  let { study, earlier = [] } = from;
  let trials = [...from.trials];
  let isSeen = false;
  let isSearchOnly = !trials.some(isConfirmation);
  const open = new Set(trials.flatMap(trial => (hasEnded(trial) ? [] : trial.id)));
  /** Curves that may grow in place, by trial. */
  const unseen = new Map<number, Measurement[]>();
  const all = (): readonly Trial[] => {
    isSeen = true;
    unseen.clear();
    return trials;
  };
  const get = (id: number): Trial | undefined => {
    unseen.delete(id);
    return trials[id];
  };
  return {
    apply(event) {
      if (event.type === 'study-created') {
        if (study) earlier = [...earlier, study];
        study = event;
        return;
      }
      const { trial: id } = event;
      const curve = unseen.get(id);
      if (event.type === 'trial-measured' && curve) {
        curve.push(event.measurement);
        return;
      }
      if (isSeen) trials = [...trials];
      isSeen = false;
      trials[id] = advance(trials[id], event);
      if (hasEnded(trials[id])) open.delete(id);
      else open.add(id);
      if (isConfirmation(trials[id])) isSearchOnly = false;
      if (event.type === 'trial-measured') unseen.set(id, trials[id].curve as Measurement[]);
      else unseen.delete(id);
    },
    get,
    get count() {
      return trials.length;
    },
    all,
    searched: () => (isSearchOnly ? all() : searched(all())),
    open: () => [...open].toSorted((a, b) => a - b).map(id => get(id)!),
    state: () => ({ ...(study && { study }), ...(earlier.length > 0 && { earlier }), trials: all() }),
  };
}

function advance(trial: Trial | undefined, event: Exclude<StudyEvent, StudyCreated>): Trial {
  if (event.type === 'trial-enqueued') {
    const { trial: id, config, attributes, at } = event;
    const facts = attributes && { attributes };
    return { id, state: 'waiting', attempt: 0, config, enqueued: config, curve: [], startedAt: at, ...facts };
  }
  if (event.type === 'trial-started') {
    const { trial: id, attempt, config, member, at } = event;
    const { enqueued, attributes, promoted } = trial ?? {};
    const runner = member !== undefined && { member };
    const passed = { ...(promoted !== undefined && { promoted }), ...marksOf(event), ...runner };
    const begun = { id, state: 'running', attempt, config, curve: [], startedAt: at, ...passed } as const;
    return enqueued ? { ...begun, enqueued, ...(attributes && { attributes }) } : begun;
  }
  if (!trial) throw new Error(`${event.type} for trial ${event.trial}, which never started`);
  switch (event.type) {
    case 'trial-measured':
      return { ...trial, curve: [...trial.curve, event.measurement] };
    case 'trial-configured':
      return { ...trial, config: { ...trial.config, ...event.config } };
    case 'trial-paused':
      return { ...trial, state: 'paused' };
    case 'trial-promoted': {
      const { member: _, ...rest } = trial;
      const { member } = event;
      const promoted = trial.curve.at(-1)?.step ?? 0;
      return { ...rest, state: 'running', promoted, ...(member !== undefined && { member }) };
    }
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
function marksOf({ version, confirms, seed, rival }: TrialMarks): TrialMarks {
  return {
    ...(version !== undefined && { version }),
    ...(confirms !== undefined && { confirms }),
    ...(seed !== undefined && { seed }),
    ...(rival && { rival }),
  };
}
