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

/** State after one more event. */
export function step(state: StudyState, event: StudyEvent): StudyState {
  return fold([event], state);
}

function advance(trial: Trial | undefined, event: Exclude<StudyEvent, StudyCreated>): Trial {
  if (event.type === 'trial-started') {
    const { trial: id, attempt, config, at } = event;
    return { id, state: 'running', attempt, config, curve: [], startedAt: at };
  }
  if (!trial) throw new Error(`${event.type} for trial ${event.trial}, which never started`);
  switch (event.type) {
    case 'trial-measured':
      return { ...trial, curve: [...trial.curve, event.measurement] };
    case 'trial-finished': {
      // Named one by one: V8 gives each object with an overwritten spread a shape of its own, four times slower to read.
      const { id, attempt, config, curve, startedAt } = trial;
      return { id, attempt, config, curve, startedAt, ...event.result, finishedAt: event.at };
    }
  }
}
