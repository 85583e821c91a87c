/**
 * One update for all weights. The rules of tfjs's optimizers go element by element: on one vector of all weights they give
 * the same bits as on each weight, in a fraction of the ops. The learning rate is an input of the update, for callbacks
 * change it from epoch to epoch.
 */
import { tf, type Tensor } from '../../tf.ts';
import { pack } from '../packed.ts';
import { withProperties, type Gradient, type Optimizer, type Variable } from './layers-model.ts';

/**
 * Where the learning rate enters the update: in place of a tensor that the optimizer keeps, of a number that it multiplies
 * tensors by, or as a factor of the finished change.
 */
type RatePlace = 'c' | 'learningRate' | 'factor';

/** Undefined for optimizers that may do otherwise than element by element. */
function ratePlaceOf(optimizer: Optimizer): RatePlace | undefined {
  // Centered, a gradient of zero becomes NaN in tfjs: no weight may have one that it does not have there.
  if (Object.hasOwn(optimizer, 'applyGradients') || (optimizer as { centered?: boolean }).centered) return undefined;
  const places = new Map<object, RatePlace>([
    [tf.SGDOptimizer.prototype, 'c'],
    [tf.MomentumOptimizer.prototype, 'c'],
    [tf.RMSPropOptimizer.prototype, 'learningRate'],
    [tf.AdagradOptimizer.prototype, 'factor'],
    [tf.AdadeltaOptimizer.prototype, 'factor'],
    [tf.AdamOptimizer.prototype, 'factor'],
    [tf.AdamaxOptimizer.prototype, 'factor'],
  ]);
  return places.get(Object.getPrototypeOf(optimizer) as object);
}

/** Whether its learning rate is an input of the update, and no constant. */
export function hasRateInput(optimizer: Optimizer): boolean {
  return ratePlaceOf(optimizer) !== undefined;
}

/** The learning rate as the update takes it: a new scalar. */
export function rateOf(optimizer: Optimizer): Tensor {
  const { c, learningRate } = optimizer as unknown as { readonly c: Tensor; readonly learningRate: number };
  return ratePlaceOf(optimizer) === 'c' ? tf.clone(c) : tf.scalar(learningRate);
}

/**
 * The variables that one update covers, by the vector that holds their values: the trained weights, then each kind of the
 * optimizer's memory of them. Empty where each weight has an update of its own.
 */
export function vectorsOf(optimizer: Optimizer, trained: readonly Variable[]): readonly (readonly Variable[])[] {
  const places = trained.flatMap(({ trainable }, place) => (trainable ? [place] : []));
  // A weight that is there twice gets two updates.
  const isPlain = ratePlaceOf(optimizer) && places.length > 0 && new Set(trained).size === trained.length;
  if (!isPlain) return [];
  const memories = memoriesOf(optimizer).map(([, entries]) => entries.map(({ variable }) => variable));
  return [trained, ...memories].map(variables => places.map(place => variables[place]!));
}

/**
 * Runs what updates the weights once by the optimizer, and updates the vectors in their place.
 * @returns what it returns, and the next vectors
 */
export function withVectors<T>(
  optimizer: Optimizer,
  weights: readonly Variable[],
  vectors: readonly Tensor[],
  rate: Tensor,
  run: () => T,
): { readonly result: T; readonly next: readonly Tensor[] } {
  const update = updateOf(optimizer);
  let next: readonly Tensor[] = vectors;
  const applyGradients = (gradients: readonly Gradient[]): void => {
    const byName = new Map(gradients.map(({ name, tensor }) => [name, tensor]));
    // Where the loss does not depend on a weight, its memory is zeros, and a gradient of zeros leaves both as they are.
    const all = weights.map(weight => byName.get(weight.name) ?? tf.zerosLike(weight as Tensor));
    next = update(vectors, rate, pack(all));
  };
  const result = withProperties(optimizer, { applyGradients }, run);
  return { result, next };
}

type Update = (vectors: readonly Tensor[], rate: Tensor, gradient: Tensor) => readonly Tensor[];

function updateOf(optimizer: Optimizer): Update {
  const { applyGradients } = optimizer;
  const place = ratePlaceOf(optimizer)!;
  const memories = memoriesOf(optimizer).map(([name]) => name);
  const isFactor = place === 'factor';
  return ([weights, ...remembered], rate, gradient) => {
    // From zero, with a rate of 1, a weight becomes the change itself.
    const first = isFactor ? tf.zerosLike(weights!) : weights!;
    const variables = [first, ...remembered].map(value => tf.variable(value, false));
    const memory = memories.map((name, index) => [name, [{ originalName: name, variable: variables[index + 1] }]]);
    const stand: object = { ...Object.fromEntries(memory), ...(isFactor ? { learningRate: 1 } : { [place]: rate }) };
    try {
      withProperties(optimizer, stand, () =>
        applyGradients.call(optimizer, [{ name: variables[0]!.name, tensor: gradient }]),
      );
      const [changed, ...next] = variables.map(variable => tf.clone(variable as Tensor));
      return [isFactor ? tf.add(tf.mul(changed!, rate), weights!) : changed!, ...next];
    } finally {
      tf.dispose(variables);
    }
  };
}

/** Per weight, in the order of the weights. */
type Memory = readonly { readonly originalName: string; readonly variable: Variable }[];

/** What an optimizer remembers of the weights, by the names of its properties. */
function memoriesOf(optimizer: Optimizer): (readonly [name: string, Memory])[] {
  return Object.entries(optimizer).filter((part): part is [string, Memory] => {
    const [, value] = part as [string, unknown];
    return Array.isArray(value) && value.length > 0 && value.every(isMemory);
  });
}

function isMemory(entry: unknown): boolean {
  return (entry as { variable?: unknown } | null)?.variable instanceof tf.Variable;
}
