/** From a folder with a saved model and a file of inputs to predictions by name. */
import { resolve } from 'node:path';
import { loadBackend } from '../backend/load.ts';
import { readInputs } from '../train/data/read-inputs.ts';
import { readModelDescription } from '../train/exported-model.ts';
import { predictOutputs } from '../train/predict.ts';

export interface Predictions {
  /** What the outputs are. */
  readonly kind: 'probabilities' | 'similarities' | 'values';
  /** Of the outputs: classes, or the targets of regression. */
  readonly names: readonly string[];
  readonly rows: readonly Prediction[];
}

export interface Prediction {
  /** Name of the image. */
  readonly file?: string;
  /** Probabilities of the classes, similarities with their vectors, or values. */
  readonly outputs: readonly number[];
  /** The class with the largest output; "none of these" where even that is not near enough. */
  readonly class?: string;
}

/**
 * @param folder holds model.json, weights.bin and tune.json
 * @param file a CSV, NPY or IDX file, an image, or a folder of images
 * @throws TuneError FILE_UNREADABLE, DATA_INVALID or BACKEND_UNAVAILABLE
 */
export async function predict(folder: string, file: string): Promise<Predictions> {
  const model = await readModelDescription(folder);
  await loadBackend();
  const inputs = await readInputs(file, model);
  const outputs = await predictOutputs(resolve(folder), model, inputs);
  const { classes, target, zeroShot } = model;
  const names = classes ?? target ?? valueNames(outputs[0]?.length ?? 1);
  const rows = outputs.map((numbers, row) => ({
    ...(inputs.files && { file: inputs.files[row]! }),
    outputs: numbers,
    ...(classes && { class: decide(numbers, classes, zeroShot?.threshold) }),
  }));
  const kind = zeroShot ? 'similarities' : classes ? 'probabilities' : 'values';
  return { kind, names, rows };
}

/** @param threshold that the largest output must reach; default: none */
function decide(outputs: readonly number[], classes: readonly string[], threshold = -Infinity): string {
  const largest = Math.max(...outputs);
  return largest < threshold ? 'none of these' : classes[outputs.indexOf(largest)]!;
}

function valueNames(count: number): string[] {
  return count === 1 ? ['value'] : Array.from({ length: count }, (_, index) => `value${index + 1}`);
}
