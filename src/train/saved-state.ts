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

/** What names begin with, so that none is in the way of another. */
const prefixes = { kept: 'kept:', more: 'more:' };

/**
 * @param kept weights of an earlier phase that are to be kept unless the present one has better ones
 * @param more tensors that training goes on from
 */
export function savedState(
  { state, snapshot }: Keeper,
  kept: readonly NamedTensor[],
  more: Readonly<Record<string, Tensor>> = {},
): Saved {
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
  const read = (prefix: string, tensors: Readonly<Record<string, Tensor>>): NamedTensor[] =>
    Object.entries(tensors).map(([name, tensor]) => ({
      name: `${prefix}${name}`,
      shape: [...tensor.shape],
      values: tensor.dataSync() as Float32Array,
    }));
  const earlier = snapshot ? [] : kept.map(tensor => ({ ...tensor, name: `${prefixes.kept}${tensor.name}` }));
  return { steps: step.dataSync()[0]!, tensors: [...read('', parts), ...earlier, ...read(prefixes.more, more)] };
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
  const own = ownOf(tensors).map(({ values }) => values.length);
  const lengths = own.length > expected.length ? [...expected, weights, statistics] : expected;
  return own.length === lengths.length && own.every((length, index) => length === lengths[index]);
}

export interface Restored {
  /** The caller disposes both. */
  readonly state: State;
  readonly snapshot?: Model;
  /** Weights of an earlier phase. */
  readonly kept: readonly NamedTensor[];
  /** What else was saved, by name; the caller disposes it. */
  readonly more: ReadonlyMap<string, Tensor>;
}

export function restoredState({ steps, tensors }: Saved): Restored {
  const asTensors = (list: readonly NamedTensor[]): Map<string, Tensor> =>
    new Map(list.map(({ name, shape, values }) => [name, tf.tensor(values, [...shape])]));
  const known = asTensors(ownOf(tensors));
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
    kept: after(prefixes.kept, tensors),
    more: asTensors(after(prefixes.more, tensors)),
  };
}

/** Those without a prefix. */
function ownOf(tensors: readonly NamedTensor[]): readonly NamedTensor[] {
  return tensors.filter(({ name }) => !Object.values(prefixes).some(prefix => name.startsWith(prefix)));
}

/** Those with the prefix, without it. */
function after(prefix: string, tensors: readonly NamedTensor[]): readonly NamedTensor[] {
  return tensors
    .filter(({ name }) => name.startsWith(prefix))
    .map(tensor => ({ ...tensor, name: tensor.name.slice(prefix.length) }));
}

function lengthOf(specs: readonly WeightSpec[]): number {
  return specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
