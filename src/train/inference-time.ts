/** How long a trained model takes to predict, as a compiled graph: for one example alone, and for each of a batch. */
import { tf, type Tensor } from '../backend/tf.ts';
import { median } from '../stats/median.ts';
import type { Batches } from './batches.ts';
import { inferencePass, type Model } from './evaluate.ts';
import type { Graphs } from './graphs.ts';
import type { Program } from './program.ts';
import { normalizeBatch, type RawBatch, type Scaling } from './raw-rows.ts';
import type { Hyper } from './step.ts';

export interface InferenceTime {
  /** Milliseconds for an example alone. */
  readonly inferenceMs: number;
  /** Milliseconds for each example of a batch. */
  readonly inferenceMsPerExample: number;
}

const largestBatch = 64;

const mostCalls = 7;
/** After which no further call is made. */
const patience = 8;

export async function measureInference(
  program: Program,
  batches: Batches,
  { weights, statistics }: Model,
  hyper: Hyper,
  graphs: Graphs,
): Promise<InferenceTime> {
  const state = { sum: tf.scalar(0) };
  const given = { model: { weights, statistics }, hyper, scaling: batches.scaling };
  const medianOf = async (size: number): Promise<number> => {
    let middle = NaN;
    for await (const { data, order } of batches.inOrder(batches.validation.slice(0, size), size)) {
      const inputs = { data, state, hyper: given };
      const graph = graphs.take(`inference ${program.structure}`, size, inputs, inferenceStep(program));
      const call = async (): Promise<number> => {
        const started = performance.now();
        const { state } = await graph.epoch({ ...inputs, order });
        const milliseconds = performance.now() - started;
        state.sum.dispose();
        return milliseconds;
      };
      // The first call prepares the graph.
      await call();
      middle = median(await repeated(call));
    }
    return middle;
  };
  try {
    const batchSize = Math.min(largestBatch, batches.validation.length);
    return { inferenceMs: await medianOf(1), inferenceMsPerExample: (await medianOf(batchSize)) / batchSize };
  } finally {
    state.sum.dispose();
  }
}

interface InferenceHyper {
  readonly model: Model;
  readonly hyper: Hyper;
  readonly scaling: Scaling;
}

/** Adds the outputs up, so that they are computed. */
function inferenceStep({ plan }: Program) {
  return (raw: RawBatch, _: { readonly sum: Tensor }, { model, hyper, scaling }: InferenceHyper) => {
    const { output } = plan.apply(normalizeBatch(raw, scaling).inputs, inferencePass(plan, model, hyper));
    return { state: { sum: tf.sum(output) }, metrics: {} };
  };
}

async function repeated(call: () => Promise<number>): Promise<number[]> {
  const times = [await call()];
  const started = performance.now();
  while (times.length < mostCalls && performance.now() - started < patience) times.push(await call());
  return times;
}
