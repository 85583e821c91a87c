/** A study: asks a sampler for trials, stores what becomes of them, and answers whether a running one should go on. */
import { TuneError } from '../errors.ts';
import { defaultConfig } from '../space/default-config.ts';
import type { Config, Space } from '../space/space.ts';
import { checkedResult, refuseMeasurement } from './accept.ts';
import { bestTrial, frontOf } from './best-trial.ts';
import type { StudyCreated, StudyEvent } from './events.ts';
import { fold, step } from './fold.ts';
import { flawOf } from './legal.ts';
import { eventOfLosses } from './losses.ts';
import type { Direction, Pruner, Sampler, Storage } from './ports.ts';
import { refuseChanges } from './refuse-changes.ts';
import { createRng } from './rng.ts';
import type { Measurement, Trial, TrialResult, Verdict } from './trial.ts';

export interface StudyOptions {
  readonly name: string;
  readonly space: Space;
  /** What else the results depend on, by name: a stored study with other values is refused. */
  readonly sections?: StudyCreated['sections'];
  readonly direction: Direction;
  /** Of all objectives, where there are several; `direction` is the first. */
  readonly directions?: readonly Direction[];
  /** A safe integer >= 0. */
  readonly seed: number;
  readonly sampler: Sampler;
  /** Finished trials that the budget allows, for samplers that plan ahead. */
  readonly planned?: number;
  readonly pruner: Pruner;
  /** Closed with the study. */
  readonly storage: Storage;
  /** The time for the record. */
  readonly now: () => Date;
}

/** `C` is the type of the configurations. */
export interface Study<C = Config> {
  readonly name: string;
  readonly space: Space;
  /** Of the first objective. */
  readonly direction: Direction;
  /** One for each objective. */
  readonly directions: readonly Direction[];
  readonly seed: number;
  /**
   * The next trial to run, stored before it is handed out: first those that a crash interrupted (same id, attempt + 1),
   * then trial 0 with the defaults, then what the sampler proposes. Undefined when the space is exhausted.
   */
  ask(): Promise<Trial<C> | undefined>;
  /**
   * Begins a running trial anew, after a crash of what ran it: same id and configuration, attempt + 1, an empty curve.
   * @throws TuneError TRIAL_UNKNOWN or STORAGE_FAILED
   */
  retry(id: number): Promise<Trial<C>>;
  /**
   * Stores a measurement and asks the pruner. A value that is not finite gets "stop".
   * @throws TuneError TRIAL_UNKNOWN, MEASUREMENT_INVALID, or STORAGE_FAILED
   */
  report(id: number, measurement: Measurement): Promise<Verdict>;
  /**
   * Stores how a trial ended; a number is the value of a complete one, a list has one for each objective. A value that is
   * not finite makes it a failed trial with cause "nan".
   * @throws TuneError TRIAL_UNKNOWN or STORAGE_FAILED
   */
  tell(id: number, result: number | readonly number[] | TrialResult): Promise<Trial<C>>;
  /** By id; a new array after each change, never mutated. */
  trials(): readonly Trial<C>[];
  /** The complete trial with the best value of the first objective, the earliest of equals; undefined when none completed. */
  best(): Trial<C> | undefined;
  /** The Pareto front: complete trials that no other one beats in some objective without being worse in another. Best first. */
  front(): readonly Trial<C>[];
  /** Tells the listener of every event once it is stored. Returns the way to stop that. */
  listen(listener: (event: StudyEvent) => void): () => void;
  close(): Promise<void>;
}

/**
 * Opens a study: creates it, or goes on with what the storage holds.
 * @throws TuneError STUDY_CHANGED when the stored study has another name, space, sections, direction or seed; the storage is closed then
 */
export async function openStudy<C = Config>(options: StudyOptions): Promise<Study<C>> {
  try {
    // Whoever made the space knows the type of its configurations.
    return (await restore(options)) as Study<any>;
  } catch (error) {
    await options.storage.close().catch(() => undefined);
    throw error;
  }
}

async function restore(options: StudyOptions): Promise<Study> {
  const { name, direction, directions = [direction], seed, sampler, planned, pruner, storage, now } = options;
  const listeners = new Set<(event: StudyEvent) => void>();
  const time = (): string => now().toISOString();
  const events = await storage.read();
  let state = fold(events);
  /** The same with losses for values: what samplers and pruners see. */
  let losses = fold(events.map(event => eventOfLosses(event, directions)));
  // The stored order of the parameters counts: samplers give each its random numbers by its place.
  const space = state.study?.space ?? options.space;
  const interrupted = state.trials.filter(({ state }) => state === 'running');
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: each decision sees what the earlier ones led to. */
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
  const record = async (event: StudyEvent): Promise<void> => {
    await storage.append(event);
    state = step(state, event);
    losses = step(losses, eventOfLosses(event, directions));
    for (const listener of listeners) listener(event);
  };
  const running = (id: number): Trial => {
    const trial = state.trials[id];
    if (trial?.state === 'running') return trial;
    throw new TuneError('TRIAL_UNKNOWN', `trial ${id} ${trial ? `is ${trial.state}` : 'does not exist'}`);
  };
  const propose = (trial: number): Config | undefined => {
    if (trial === 0) return defaultConfig(space);
    const history = losses.trials.slice(0, trial);
    const rng = createRng(seed, 'sampler', trial);
    const config = sampler.suggest({ space, history, trial, seed, rng, ...(planned !== undefined && { planned }) });
    const flaw = config && flawOf(space, config);
    if (flaw !== undefined) throw new Error(`the sampler proposed an illegal configuration: ${flaw}`);
    return config;
  };
  const start = async (trial: number, attempt: number, config: Config): Promise<Trial> => {
    await record({ type: 'trial-started', trial, attempt, config, at: time() });
    return state.trials[trial]!;
  };

  const created: StudyCreated = {
    type: 'study-created',
    study: name,
    direction,
    ...(directions.length > 1 && { directions }),
    seed,
    space: options.space,
    ...(options.sections && { sections: options.sections }),
    at: time(),
  };
  if (state.study) refuseChanges(state.study, created);
  else await record(created);

  return {
    name,
    space,
    direction,
    directions,
    seed,
    ask: () =>
      inTurn(async () => {
        for (const { id, attempt, config } of interrupted) {
          const present = state.trials[id]!;
          if (present.state !== 'running' || present.attempt !== attempt) continue;
          // A trial that Optuna began may lack parameters.
          const complete = flawOf(space, config) === undefined ? config : propose(id);
          if (complete) return start(id, attempt + 1, complete);
        }
        const trial = state.trials.length;
        const config = propose(trial);
        return config && start(trial, 1, config);
      }),
    retry: id =>
      inTurn(async () => {
        const { attempt, config } = running(id);
        return start(id, attempt + 1, config);
      }),
    report: (id, measurement) =>
      inTurn(async () => {
        refuseMeasurement(running(id), measurement);
        await record({ type: 'trial-measured', trial: id, measurement });
        if (!Number.isFinite(measurement.value)) return 'stop';
        return pruner.judge(losses.trials[id]!, losses.trials);
      }),
    tell: (id, told) =>
      inTurn(async () => {
        running(id);
        const result = checkedResult(asResult(told), directions.length);
        await record({ type: 'trial-finished', trial: id, result, at: time() });
        return state.trials[id]!;
      }),
    trials: () => state.trials,
    best: () => bestTrial(state.trials, directions),
    front: () => frontOf(state.trials, directions),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => inTurn(() => storage.close()),
  };
}

function asResult(told: number | readonly number[] | TrialResult): TrialResult {
  if (typeof told === 'number') return { state: 'complete', value: told };
  return 'state' in told ? told : { state: 'complete', values: told };
}
