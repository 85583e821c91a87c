/** What can be compiled: a pure training step. */
import type { Tensor } from '../tf.ts';
import type { Tree } from './tree.ts';

/**
 * One training step as a pure function of tensors: no variables, no values read, no random numbers but those of
 * Stateless ops keyed by the state.
 * @param batch the data's tensors, gathered to one minibatch each
 * @param state whatever steps hand on: weights, optimizer slots, averages, the number of the step
 * @param hyper what may change between runs without a new graph: learning rate and the like
 */
export type Step<Data extends Tree = any, State extends Tree = any, Hyper extends Tree = any> = (
  batch: Data,
  state: State,
  hyper: Hyper,
) => Stepped<State>;

export interface Stepped<State extends Tree = Tree> {
  /** Same structure, shapes and types as before. */
  readonly state: State;
  /** Scalars: means over the batch. */
  readonly metrics: Readonly<Record<string, Tensor>>;
}

/** Runs minibatches of one size: as a graph, or op by op. Tensors are in the order of leavesOf(). */
export interface StepRunner {
  /** Names of the metrics, in the order of the sums. */
  readonly metrics: readonly string[];
  /** @returns the next state and sums; the tensors given stay the caller's */
  run(inputs: StepInputs): StepOutputs;
  /** Bytes of memory that it keeps, roughly. */
  readonly bytes: number;
  dispose(): void;
}

export interface StepInputs {
  /** [rows, ...] each */
  readonly data: readonly Tensor[];
  /** int32 row numbers of the epoch. */
  readonly order: Tensor;
  /** Minibatches are order[from], ..., order[to - 1]: whole ones. */
  readonly from: number;
  readonly to: number;
  readonly state: readonly Tensor[];
  /** Metrics of the minibatches before, added up; empty at first. */
  readonly sums: readonly Tensor[];
  readonly hyper: readonly Tensor[];
}

export interface StepOutputs {
  readonly state: readonly Tensor[];
  readonly sums: readonly Tensor[];
}
