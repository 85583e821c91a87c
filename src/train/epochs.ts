/** How a phase of training goes through its epochs: plainly here, with values that move in hypergradient/. */
import type { EpochResult } from '../backend/graph/compile-step.ts';
import type { EpochMetrics } from '../backend/graph/epoch.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches, Portion } from './batches.ts';
import type { Graphs } from './graphs.ts';
import { createHyper, type Vectors } from './hyper.ts';
import type { Keeper } from './keeper.ts';
import type { Program } from './program.ts';
import { normalizeBatch, type RawBatch, type Scaling } from './raw-rows.ts';
import type { Rng } from '../study/rng.ts';
import { trainStep, type Hyper, type State } from './step.ts';

export interface EpochsContext {
  readonly program: Program;
  readonly batches: Batches;
  readonly batchSize: number;
  readonly lastBatch: 'keep' | 'drop';
  readonly vectors: Vectors | undefined;
  /** Has the state, which each stretch of steps replaces. */
  readonly keeper: Keeper;
  /** Of the random numbers inside steps. */
  readonly seed: number;
  readonly rng: Rng;
  readonly graphs: Graphs;
  /** Asked between chunks of steps; throws when the loss is no number. */
  readonly goesOn: (soFar: Pick<EpochMetrics, 'metrics'>) => boolean;
  /** Whether something from outside wants training to end. */
  readonly mustEnd: () => boolean;
  /** Told of gradients that were taken, counted in examples. */
  readonly count: (gradients: number) => void;
}

export interface Epochs {
  /** Hyperparameters as they are now. */
  readonly hyper: Hyper;
  /**
   * Trains for an epoch.
   * @param factor share of the learning rate that a schedule leaves
   * @returns the mean loss of its rows; undefined when it had to end before all of them had their turn
   */
  epoch(portions: AsyncIterable<Portion>, factor: number): Promise<number | undefined>;
  /** Notes that the weights of this epoch are those to keep. */
  remember?(): Promise<void>;
  /** What they go on from, beside the state: facts as JSON with numbers of any kind, and tensors by name. */
  saved?(): { readonly facts: unknown; readonly tensors: Readonly<Record<string, Tensor>> };
  dispose(): void;
}

export function plainEpochs(context: EpochsContext): Epochs {
  const { program, vectors, keeper, seed, goesOn, count } = context;
  const hyper = createHyper(program, seed, vectors);
  return {
    hyper,
    async epoch(portions, factor) {
      const rate = scaledRate(program, factor);
      const means = createMeans();
      try {
        for await (const { data, order } of portions) {
          if (means.rows > 0 && !goesOn({ metrics: { loss: means.loss } })) return undefined;
          const { state, ...trained } = await trainRows(context, data, { ...hyper, ...rate }, order);
          keeper.replace(state);
          count(trained.rows);
          if (!trained.isComplete) return undefined;
          means.add(trained);
        }
      } finally {
        tf.dispose(rate);
      }
      return means.loss;
    },
    dispose: () => tf.dispose(Object.values(hyper)),
  };
}

/**
 * Trains from the state that there is, in the order of the rows.
 * @param goesOn default: the context's
 * @returns the state after them, which is the caller's
 */
export function trainRows(
  { program, batches, batchSize, lastBatch, keeper, graphs, goesOn: standard }: EpochsContext,
  data: RawBatch,
  hyper: Hyper,
  order: Int32Array,
  goesOn: EpochsContext['goesOn'] = standard,
): Promise<EpochResult<State>> {
  const inputs = { data, state: keeper.state, hyper: { hyper, scaling: batches.scaling } };
  const graph = graphs.take(`train ${program.structure}`, batchSize, inputs, rawStep(program));
  return graph.epoch({ ...inputs, order, lastBatch, goesOn });
}

/** How many steps an epoch over so many rows has. */
export function stepsOf(
  rows: number,
  { batchSize, lastBatch }: Pick<EpochsContext, 'batchSize' | 'lastBatch'>,
): number {
  return lastBatch === 'keep' ? Math.ceil(rows / batchSize) : Math.floor(rows / batchSize);
}

/** The rows of an epoch that train: whole batches alone, where a smaller last one is dropped. */
export function withoutDropped(
  { batchSize, lastBatch }: Pick<EpochsContext, 'batchSize' | 'lastBatch'>,
  order: Int32Array,
): Int32Array {
  return lastBatch === 'keep' ? order : order.subarray(0, order.length - (order.length % batchSize));
}

/** The mean loss over stretches of an epoch. */
export function createMeans() {
  let rows = 0;
  let loss = NaN;
  return {
    get rows() {
      return rows;
    },
    get loss() {
      return loss;
    },
    /** The last stretch may be a batch that is dropped. */
    add(trained: EpochMetrics): void {
      if (trained.rows === 0) return;
      rows += trained.rows;
      const mean = trained.metrics['loss']!;
      loss = rows === trained.rows ? mean : loss + (mean - loss) * (trained.rows / rows);
    },
  };
}

/** The learning rate of an epoch, where a schedule decides it; the caller disposes it. */
function scaledRate(program: Program, factor: number): Hyper {
  const name = 'optimizer.learningRate';
  return factor === 1 ? {} : { [name]: tf.scalar(program.hyper[name]! * factor) };
}

/** The training step on rows as they are in the data. */
export function rawStep(program: Program) {
  const step = trainStep(program);
  return (raw: RawBatch, state: State, { hyper, scaling }: { readonly hyper: Hyper; readonly scaling: Scaling }) =>
    step(normalizeBatch(raw, scaling), state, hyper);
}
