/** A trained model as a TensorFlow SavedModel, which takes raw inputs and gives what the tfjs model gives. */
import { writeSavedModel } from '../../backend/graph/saved-model.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Batches } from '../batches.ts';
import type { Trained } from '../compress/compression.ts';
import type { LabelledData } from '../data/dataset.ts';
import { inferencePass } from '../evaluate.ts';
import { createHyper } from '../hyper.ts';
import { modelOf } from '../named-tensors.ts';
import { normalizeBatch } from '../raw-rows.ts';

export async function saveTensorFlow(
  folder: string,
  { program, weights }: Trained,
  { inputShape, task, classVectors }: LabelledData,
  { scaling, targetNormalization }: Batches,
): Promise<void> {
  const { plan } = program;
  const hyper = createHyper(program, 0);
  const model = modelOf(plan, weights);
  const [offset, scale] = [targetNormalization.offset, targetNormalization.scale].map(values =>
    tf.tensor1d([...values]),
  );
  const isValue = task === 'regression';
  const predict = (raw: Tensor): Tensor => {
    const none = tf.zeros([1], 'int32');
    const { inputs } = normalizeBatch({ inputs: raw, targets: none }, scaling);
    const { output } = plan.apply(inputs, inferencePass(plan, model, hyper));
    if (isValue) return tf.add(tf.mul(output, scale!), offset!);
    return classVectors ? output : tf.softmax(output);
  };
  const outputName = isValue ? 'values' : classVectors ? 'similarities' : 'probabilities';
  try {
    await writeSavedModel(folder, predict, { inputShape, outputName });
  } finally {
    tf.dispose([...Object.values(hyper), model.weights, model.statistics, offset!, scale!]);
  }
}
