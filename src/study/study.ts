/** What a study is asked, and what it is made of. */
import type { Config, Space } from '../space/space.ts';
import type { StudyCreated, StudyEvent } from './events.ts';
import type { Direction, Pruner, Sampler, Storage } from './ports.ts';
import type { Measurement, Trial, TrialResult, Verdict } from './trial.ts';

export interface StudyOptions {
  readonly name: string;
  readonly space: Space;
  /** What else the results depend on, by name: a stored study with other values is refused. */
  readonly sections?: StudyCreated['sections'];
  /** Path of the space file, from the folder of the study: kept for whoever goes on by the study's name. */
  readonly file?: string | undefined;
  readonly direction: Direction;
  /** Of all objectives, where there are several; `direction` is the first. */
  readonly directions?: readonly Direction[];
  /** A safe integer >= 0. */
  readonly seed: number;
  readonly sampler: Sampler;
  /** Finished trials that the budget allows, for samplers that plan ahead. */
  readonly planned?: number | undefined;
  readonly pruner: Pruner;
  /** How often the best configurations are tried again; the best is then that with the best mean. Default: 0. */
  readonly repeats?: number | undefined;
  /** How often each of the best configurations trains again once the search has ended. Default: 0. */
  readonly confirm?: number | undefined;
  /** How many of the best ones do. Default: 3. */
  readonly candidates?: number | undefined;
  /** Configurations of earlier studies that no pruner stops, and that train again beside them, whatever they come to. */
  readonly rivals?: readonly Config[] | undefined;
  /**
   * Trials that run at once, W, where decisions must not depend on which of them end first: trial n is proposed, and judged
   * by the pruner, from the results of trials up to n - W alone, and cannot be asked for before these have ended. A slow
   * trial holds up those from the Wth after it on. A trial that goes on after a pause counts as one more (jobs.ts). W is
   * part of the study. Default: every decision sees all there is.
   */
  readonly deterministic?: number | undefined;
  /**
   * Whether the trials that run, as the storage has it, run in other processes: ask leaves them alone, and paused ones too.
   * Default: a crash interrupted them, and ask begins them anew.
   */
  readonly elsewhere?: boolean;
  /** Closed with the study. */
  readonly storage: Storage;
  /** The time for the record. */
  readonly now: () => Date;
}

/** `C` is the type of the configurations. */
export interface Study<C = Config> {
  readonly name: string;
  readonly space: Space;
  /** Of the space: 1, and one more for each time that the study went on with another one. */
  readonly version: number;
  /** What is other in the space since the study was opened: "units 16..256 -> 16..512". */
  readonly changes: readonly string[];
  /** Of the first objective. */
  readonly direction: Direction;
  /** One for each objective. */
  readonly directions: readonly Direction[];
  readonly seed: number;
  /**
   * The next trial to run, stored before it is handed out: first those that were interrupted (same id, attempt + 1),
   * then a paused one that the pruner promotes (as it is, to go on after its curve), then trial 0 with the defaults, then
   * enqueued ones, then what the sampler proposes. Undefined when the space is exhausted.
   *
   * @param most where several processes share the study: none begins once so many trials have begun and not been interrupted
   */
  ask(most?: number): Promise<Trial<C> | undefined>;
  /**
   * The paused trial that goes on next, when none may begin any more.
   * @param isLast whether no trial runs: then one goes on even though the pruner would not promote it, if none has completed
   */
  promote(isLast: boolean): Promise<Trial<C> | undefined>;
  /** Learns what the processes have done that share the study; whether any of them runs a trial. */
  doOthersRun(): Promise<boolean>;
  /** Whether several processes share the study. */
  readonly isShared: boolean;
  /**
   * Ends the trials that are paused, as pruned, unless another process may let them go on.
   * @throws TuneError STORAGE_FAILED
   */
  endPaused(): Promise<void>;
  /**
   * After the search: the next trial that trains one of the best configurations again, with a fresh seed; first those that
   * were interrupted. It counts for no budget, no sampler and no pruner. Undefined once all are under way.
   */
  confirm(): Promise<Trial<C> | undefined>;
  /** How many of those have not ended. */
  unconfirmed(): number;
  /** Whether the next trial can be asked for: a deterministic study wants other results first. Always true elsewhere. */
  canAsk(): boolean;
  /**
   * Proposes the next configuration ahead, while trials run. The next ask takes it unless a trial has come out well by then.
   * Does nothing in a deterministic study, whose proposals depend on the very results that ask waits for.
   */
  prepare(): void;
  /**
   * Has a configuration tried before the sampler proposes others; of several, the earliest first. Stored, like all else:
   * Optuna and its dashboard show it waiting. What the configuration leaves out, the sampler chooses.
   *
   * @returns the waiting trial; undefined where `skipIfExists` finds one with the same values, tried or waiting
   * @throws TuneError CONFIG_INVALID for values that the space does not allow, or STORAGE_FAILED
   */
  enqueue(config: Partial<C>, options?: EnqueueOptions): Promise<Trial<C> | undefined>;
  /**
   * Begins a running trial anew, after a crash of what ran it: same id and configuration, attempt + 1, an empty curve.
   * @throws TuneError TRIAL_UNKNOWN or STORAGE_FAILED
   */
  retry(id: number): Promise<Trial<C>>;
  /**
   * Stores a measurement and asks the pruner. A value that is not finite gets "stop". After "pause" comes `pause`.
   * @throws TuneError TRIAL_UNKNOWN, MEASUREMENT_INVALID, or STORAGE_FAILED
   */
  report(id: number, measurement: Measurement): Promise<Verdict>;
  /**
   * Stores that a running trial has paused: whatever runs it lets it rest, until `ask` hands it out again.
   * @throws TuneError TRIAL_UNKNOWN or STORAGE_FAILED
   */
  pause(id: number): Promise<void>;
  /**
   * Stores that a running trial had to end with what ran it: `ask` hands it out first when the study goes on.
   * @throws TuneError TRIAL_UNKNOWN or STORAGE_FAILED
   */
  interrupt(id: number): Promise<void>;
  /**
   * Stores how a trial ended, a running one or one that will not go on; a number is the value of a complete one, a list has
   * one for each objective. A value that is not finite makes it a failed trial with cause "nan".
   * @throws TuneError TRIAL_UNKNOWN or STORAGE_FAILED
   */
  tell(id: number, result: number | readonly number[] | TrialResult): Promise<Trial<C>>;
  /** By id; a new array after each change, never mutated. */
  trials(): readonly Trial<C>[];
  /** The same without those that confirm others. */
  searched(): readonly Trial<C>[];
  /** Those that have not ended, by id. */
  open(): readonly Trial<C>[];
  /**
   * The complete trial with the best value of the first objective, the earliest of equals; undefined when none completed. Of
   * a study with repeats, the best one of the configuration with the best mean; once configurations are confirmed, that of
   * the one whose confirming trials have the best mean.
   */
  best(): Trial<C> | undefined;
  /** The same by the search alone. */
  bestOfSearch(): Trial<C> | undefined;
  /** The complete trials, from the best on. */
  ranked(): readonly Trial<C>[];
  /** The Pareto front: complete trials that no other one beats in some objective without being worse in another. Best first. */
  front(): readonly Trial<C>[];
  /** Tells the listener of every event once it is stored. Returns the way to stop that. */
  listen(listener: (event: StudyEvent) => void): () => void;
  close(): Promise<void>;
}

export interface EnqueueOptions {
  /** Enqueues nothing where a trial has the same values. Default: false. */
  readonly skipIfExists?: boolean;
  /** Facts to keep with the trial; JSON values only. */
  readonly attributes?: TrialResult['attributes'];
}
