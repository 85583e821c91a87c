/** A LayersModel's training and evaluation of one minibatch as pure steps: its variables go in and come out. */
import { tf, type Tensor } from '../../tf.ts';
import { unpack } from '../packed.ts';
import { drawsOf, type Draws } from '../../native-ops/draws.ts';
import { withoutHiddenState } from './hidden-state.ts';
import { layersIn, type BatchFunction, type LayersModel, type Variable } from './layers-model.ts';
import { withLossesFromLogits, type LogitsOutput } from './losses-from-logits.ts';
import { stateVariables, weightsOf, withoutCounting, withValues, type ModelState } from './model-state.ts';
import { withVectors } from './packed-optimizer.ts';
import { withPureLayers } from './pure-layers.ts';

/** What may change between epochs without a new graph. */
export interface Hyper {
  /** int32 scalar. */
  readonly seed: Tensor;
  /** Of optimizers that take it as an input. */
  readonly rate?: Tensor;
}

export function trainingStep(
  model: LayersModel,
  train: BatchFunction,
  labels: readonly string[],
  logits: readonly LogitsOutput[],
) {
  return (batch: readonly Tensor[], state: ModelState, { seed, rate }: Hyper) => {
    const optimizer = model.optimizer_;
    // Not once for all minibatches: loading a model puts other variables of the same shapes in their place.
    const { vectors, singles } = stateVariables(model);
    const run = (): Tensor[] => withLossesFromLogits(model, logits, () => train(batch));
    const [weights] = vectors;
    const update = () =>
      weights ? withVectors(optimizer, weights, state.vectors, rate!, run) : { result: run(), next: [] };
    const variables = [...(weights ?? []), ...singles];
    const values = [...(weights ? unpack(state.vectors[0]!, weights) : []), ...state.singles];
    return withValues(variables, values, () => {
      const { result, next } = withoutCounting(optimizer, () =>
        purely(model, variables, drawsOf(seed, state.step), update),
      );
      const nextSingles = singles.map(variable => tf.clone(variable as Tensor));
      return {
        state: { vectors: next, singles: nextSingles, step: tf.add(state.step, tf.scalar(1, 'int32')) },
        metrics: byLabel(labels, result),
      };
    });
  };
}

export function evaluationStep(model: LayersModel, test: BatchFunction, labels: readonly string[]) {
  return (
    batch: readonly Tensor[],
    state: readonly Tensor[],
    { weights }: { readonly weights: readonly Tensor[] },
  ) => ({
    state,
    metrics: withValues(weightsOf(model), weights, () =>
      byLabel(
        labels,
        purely(model, [], undefined, () => test(batch)),
      ),
    ),
  });
}

/** @param variables what may change */
function purely<T>(model: LayersModel, variables: readonly Variable[], draws: Draws | undefined, run: () => T): T {
  const layers = layersIn(model);
  const owners = layers.map(layer => [`layer ${layer.name} (${layer.getClassName()})`, layer] as const);
  return withoutHiddenState([...owners, ['the optimizer', model.optimizer_]], variables, () =>
    withPureLayers(layers, draws, run),
  );
}

/** tfjs may measure more than it has labels for, and then leaves the last ones out. */
function byLabel(labels: readonly string[], tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(labels.map((label, index) => [label, tensors[index]!]));
}
