/** Weights and statistics of a model as values by name. */
import { pack, unpackValues } from '../backend/graph/packed.ts';
import { tf, type Tensor } from '../backend/tf.ts';
import type { NamedTensor } from './checkpoint.ts';
import type { Trained } from './compress/compression.ts';
import type { Model } from './evaluate.ts';
import { createHyper } from './hyper.ts';
import type { WeightSpec } from './layers/layer.ts';
import type { Program } from './program.ts';
import type { Given, Hyper } from './step.ts';

/** In the order of the plan: weights, then statistics. */
export function nameTensors({ plan }: Pick<Program, 'plan'>, { weights, statistics }: Model): NamedTensor[] {
  const read = (packed: Tensor, specs: readonly WeightSpec[]): NamedTensor[] => {
    const values = unpackValues(packed.dataSync() as Float32Array, specs);
    return specs.map(({ name, shape }, index) => ({ name, shape, values: values[index]! }));
  };
  return [...read(weights, plan.weights), ...read(statistics, plan.statistics)];
}

export function asGiven(tensors: readonly NamedTensor[]): Given {
  return new Map(tensors.map(({ name, values }) => [name, values]));
}

/**
 * The tensors of a plan from values by name, in its order; the caller disposes them.
 * @throws Error for a name that is missing
 */
export function tensorsOf({ weights, statistics }: Program['plan'], values: readonly NamedTensor[]): Tensor[] {
  const known = asGiven(values);
  return [...weights, ...statistics].map(({ name, shape }) => {
    const found = known.get(name);
    if (!found) throw new Error(`no values for ${name}`);
    return tf.tensor(found, [...shape]);
  });
}

/** The same, packed; the caller disposes it. */
export function modelOf(plan: Program['plan'], values: readonly NamedTensor[]): Model {
  const tensors = tensorsOf(plan, values);
  const count = plan.weights.length;
  const model = { weights: pack(tensors.slice(0, count)), statistics: pack(tensors.slice(count)) };
  tf.dispose(tensors);
  return model;
}

/** Runs something with the tensors of a trained model, and frees them. */
export async function withModel<T>(
  { program, weights }: Pick<Trained, 'program' | 'weights'>,
  run: (model: Model, hyper: Hyper) => Promise<T>,
): Promise<T> {
  const model = modelOf(program.plan, weights);
  const hyper = createHyper(program, 0);
  try {
    return await run(model, hyper);
  } finally {
    tf.dispose([model, hyper] as never);
  }
}
