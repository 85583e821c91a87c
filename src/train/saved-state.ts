/** What a training has in memory between two epochs, as values by name; and back. */
import { tf, type Tensor } from '../backend/tf.ts';
import type { Backup } from './backup.ts';
import type { NamedTensor } from './checkpoint.ts';
import type { Model } from './evaluate.ts';
import type { Keeper } from './keeper.ts';
import type { WeightSpec } from './layers/layer.ts';
import type { Program } from './program.ts';
import { sizeOf } from './shape.ts';
import type { State } from './step.ts';

type Saved = Pick<Backup, 'steps' | 'tensors'>;

/** What the names of weights of an earlier phase begin with, which no layer's name is in the way of. */
const keptPrefix = 'kept:';

/** @param kept weights of an earlier phase that are to be kept unless the present one has better ones */
export function savedState({ state, snapshot }: Keeper, kept: readonly NamedTensor[]): Saved {
  const { weights, statistics, slots, scalars, step } = state;
  // An epoch that is the best one yet is remembered as it is.
  const remembered = snapshot && snapshot.weights !== weights ? snapshot : undefined;
  const parts: Readonly<Record<string, Tensor>> = {
    weights,
    statistics,
    ...numbered('slots', slots),
    ...numbered('scalars', scalars),
    ...(remembered && { bestWeights: remembered.weights, bestStatistics: remembered.statistics }),
  };
  const tensors = Object.entries(parts).map(([name, tensor]) => ({
    name,
    shape: [...tensor.shape],
    values: tensor.dataSync() as Float32Array,
  }));
  const earlier = snapshot ? [] : kept.map(tensor => ({ ...tensor, name: `${keptPrefix}${tensor.name}` }));
  return { steps: step.dataSync()[0]!, tensors: [...tensors, ...earlier] };
}

function numbered(name: string, tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(tensors.map((tensor, index) => [`${name}.${index}`, tensor]));
}

/** Whether the values are those of a state of the program. */
export function isStateOf({ plan, optimizer }: Program, tensors: readonly NamedTensor[]): boolean {
  const { slots, scalars = {} } = optimizer.technique;
  const [weights, statistics] = [lengthOf(plan.weights), lengthOf(plan.statistics)];
  const expected = [
    weights,
    statistics,
    ...Object.keys(slots).map(() => weights),
    ...Object.keys(scalars).map(() => 1),
  ];
  const own = tensors.filter(({ name }) => !name.startsWith(keptPrefix)).map(({ values }) => values.length);
  const lengths = own.length > expected.length ? [...expected, weights, statistics] : expected;
  return own.length === lengths.length && own.every((length, index) => length === lengths[index]);
}

export interface Restored {
  /** The caller disposes both. */
  readonly state: State;
  readonly snapshot?: Model;
  /** Weights of an earlier phase. */
  readonly kept: readonly NamedTensor[];
}

export function restoredState({ steps, tensors }: Saved): Restored {
  const isKept = ({ name }: NamedTensor): boolean => name.startsWith(keptPrefix);
  const own = tensors.filter(tensor => !isKept(tensor));
  const known = new Map(own.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape])]));
  const listed = (name: string): Tensor[] =>
    [...known].filter(([each]) => each.startsWith(`${name}.`)).map(([, tensor]) => tensor);
  const bestWeights = known.get('bestWeights');
  return {
    state: {
      weights: known.get('weights')!,
      statistics: known.get('statistics')!,
      slots: listed('slots'),
      scalars: listed('scalars'),
      step: tf.scalar(steps, 'int32'),
    },
    ...(bestWeights && { snapshot: { weights: bestWeights, statistics: known.get('bestStatistics')! } }),
    kept: tensors.filter(isKept).map(tensor => ({ ...tensor, name: tensor.name.slice(keptPrefix.length) })),
  };
}

function lengthOf(specs: readonly WeightSpec[]): number {
  return specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
