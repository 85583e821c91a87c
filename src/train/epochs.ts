/** How a phase of training goes through its epochs: plainly here, with values that move in hypergradient/. */
import type { EpochMetrics } from '../backend/graph/epoch.ts';
import { tf } from '../backend/tf.ts';
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
  dispose(): void;
}

export function plainEpochs(context: EpochsContext): Epochs {
  const { program, batches, batchSize, lastBatch, vectors, keeper, seed, graphs, goesOn, count } = context;
  const hyper = createHyper(program, seed, vectors);
  const step = rawStep(program);
  return {
    hyper,
    async epoch(portions, factor) {
      const rate = scaledRate(program, factor);
      const given = { hyper: { ...hyper, ...rate }, scaling: batches.scaling };
      const means = createMeans();
      try {
        for await (const { data, order } of portions) {
          if (means.rows > 0 && !goesOn({ metrics: { loss: means.loss } })) return undefined;
          const inputs = { data, state: keeper.state, hyper: given };
          const graph = graphs.take(`train ${program.structure}`, batchSize, inputs, step);
          const trained = await graph.epoch({ ...inputs, order, lastBatch, goesOn });
          keeper.replace(trained.state);
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
