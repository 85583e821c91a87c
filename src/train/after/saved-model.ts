/** A trained model as a TensorFlow SavedModel, which takes raw inputs and gives what the tfjs model gives. */
import { writeSavedModel } from '../../backend/graph/saved-model.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Batches } from '../batches.ts';
import type { Trained } from '../compress/compression.ts';
import { outputKind, type LabelledData } from '../data/dataset.ts';
import { inferencePass } from '../evaluate.ts';
import { withModel } from '../named-tensors.ts';
import { normalizeBatch } from '../raw-rows.ts';

export async function saveTensorFlow(
  folder: string,
  trained: Trained,
  dataset: LabelledData,
  { scaling, targetNormalization: { offset, scale } }: Batches,
): Promise<void> {
  const { plan } = trained.program;
  const outputName = outputKind(dataset);
  const finished = {
    probabilities: (output: Tensor): Tensor => tf.softmax(output),
    similarities: (output: Tensor): Tensor => output,
    values: (output: Tensor): Tensor => tf.add(tf.mul(output, tf.tensor1d([...scale])), tf.tensor1d([...offset])),
  }[outputName];
  await withModel(trained, (model, hyper) => {
    const predict = (raw: Tensor): Tensor => {
      const { inputs } = normalizeBatch({ inputs: raw, targets: tf.zeros([1], 'int32') }, scaling);
      return finished(plan.apply(inputs, inferencePass(plan, model, hyper)).output);
    };
    return writeSavedModel(folder, predict, { inputShape: dataset.inputShape, outputName });
  });
}
