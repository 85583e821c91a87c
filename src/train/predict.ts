/** Predictions of a saved model, in this process. */
import { join } from 'node:path';
import { tf, type Tensor } from '../backend/tf.ts';
import { messageOf, TuneError } from '../errors.ts';
import type { Inputs } from './data/read-inputs.ts';
import type { ModelDescription } from './exported-model.ts';
import { sizeOf } from './shape.ts';

const batchSize = 256;

/**
 * The outputs of each example: probabilities of the classes, or values. Needs the backend.
 * @throws TuneError FILE_UNREADABLE for layers that do not load, or take or give something else than their description says
 */
export async function predictOutputs(
  folder: string,
  { inputShape, classes }: ModelDescription,
  { examples, values }: Inputs,
): Promise<readonly (readonly number[])[]> {
  const refuse = (message: string, cause?: unknown): never => {
    const problem = { message, where: { file: join(folder, 'model.json') }, expected: 'the files as they were saved' };
    throw new TuneError('FILE_UNREADABLE', problem, { cause });
  };
  const model = await tf
    .loadLayersModel(`file://${join(folder, 'model.json')}`)
    .catch((error: unknown) => refuse(`the model does not load: ${messageOf(error)}`, error));
  try {
    const shape = (model.inputs[0]!.shape as readonly number[]).slice(1);
    if (model.inputs.length !== 1 || model.outputs.length !== 1 || shape.join() !== inputShape.join())
      refuse(`the model takes examples of ${shape.join(' x ')}, tune.json says ${inputShape.join(' x ')}`);
    const outputs: number[][] = [];
    const width = sizeOf(inputShape);
    const all = Float32Array.from(values);
    for (let row = 0; row < examples; row += batchSize) {
      const rows = Math.min(batchSize, examples - row);
      const batch = all.subarray(row * width, (row + rows) * width);
      const predicted = tf.tidy(() => model.predict(tf.tensor(batch, [rows, ...inputShape])) as Tensor);
      outputs.push(...((await predicted.array()) as number[][]));
      predicted.dispose();
    }
    const size = outputs[0]?.length ?? 0;
    if (classes && size !== classes.length) refuse(`the model has ${size} outputs for ${classes.length} classes`);
    return outputs;
  } finally {
    model.dispose();
  }
}
