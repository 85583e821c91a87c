/**
 * Trained models as tfjs LayersModels that stand alone: normalization is their first layer, and their outputs are class
 * probabilities, similarities with the classes' vectors, or values in the units of the data.
 */
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../backend/tf.ts';
import type { Batches } from './batches.ts';
import type { Trained } from './compress/compression.ts';
import { outputKind, type LabelledData } from './data/dataset.ts';
import { normalizing, type Affine, type Normalization } from './data/normalization.ts';
import { affineKeras } from './layers/affine-keras.ts';
import { applyKeras } from './layers/layer.ts';
import { tensorsOf } from './named-tensors.ts';

type Symbol = TensorFlow.SymbolicTensor;

/** @param models one, or the members of an ensemble, whose outputs are averaged; the caller disposes the result */
export function kerasModel(
  models: readonly Pick<Trained, 'program' | 'weights'>[],
  dataset: LabelledData,
  batches: Batches,
): TensorFlow.LayersModel {
  const input = tf.input({ shape: [...dataset.inputShape] });
  const outputs = models.map(model => outputOf(model, input, dataset, batches));
  const output = outputs.length === 1 ? outputs[0]! : (tf.layers.average().apply(outputs) as Symbol);
  return tf.model({ inputs: input, outputs: output, name: 'tuned' });
}

function outputOf(
  { program: { plan }, weights }: Pick<Trained, 'program' | 'weights'>,
  input: Symbol,
  dataset: LabelledData,
  { inputNormalization, targetNormalization }: Batches,
): Symbol {
  const normalized = inputNormalization.method === 'none' ? input : affine(input, normalizing(inputNormalization));
  const tensors = tensorsOf(plan, weights);
  const count = plan.weights.length;
  const values = { weights: tensors.slice(0, count), statistics: tensors.slice(count), earlier: () => [] };
  const raw = plan.toKeras(normalized, values);
  tf.dispose(tensors);
  const finished = {
    probabilities: () => applyKeras(tf.layers.activation({ activation: 'softmax' }), raw),
    similarities: () => raw,
    values: () => (targetNormalization.method === 'none' ? raw : affine(raw, denormalizing(targetNormalization))),
  };
  return finished[outputKind(dataset)]();
}

function denormalizing({ offset, scale }: Normalization): Affine {
  return { center: offset.map(() => 0), factor: scale, shift: offset };
}

function affine(input: Symbol, { center, factor, shift }: Affine): Symbol {
  const values = { center, factor, shift };
  const tensors = Object.entries(values).map(([name, numbers]) => [name, tf.tensor1d([...numbers])] as const);
  const output = affineKeras(input, Object.fromEntries(tensors) as Record<keyof Affine, Tensor>);
  tf.dispose(tensors.map(([, tensor]) => tensor));
  return output;
}
