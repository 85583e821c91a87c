/**
 * Weights in less room: each tensor as whole numbers of 8 or 16 bits from its smallest to its largest value, or as floating
 * point numbers of 16 bits. The range is shifted so that 0 stays exactly 0. Jacob et al. 2018,
 * https://arxiv.org/abs/1712.05877, as the converter of TensorFlow.js does it, so that tf.loadLayersModel loads them.
 */
import type { NamedTensor } from '../checkpoint.ts';
import { invalid } from '../data/number-file.ts';
import { floatToHalf } from '../half.ts';
import { readLayersModelFiles, writeLayersModelFiles, type StoredWeight } from '../layers-model-files.ts';
import { roundToEven } from '../round.ts';
import { decodeWeights, type ManifestEntry } from '../weights-manifest.ts';

/** What one value becomes. */
export type QuantizedType = 'uint8' | 'uint16' | 'float16';

/**
 * Copies a LayersModel folder with its weights quantized: 4 times smaller with uint8, 2 times with the others.
 * @param model path of model.json
 * @param folder another one, which gets model.json and weights.bin
 * @throws TuneError FILE_UNREADABLE or DATA_INVALID
 */
export async function quantizeModel(model: string, folder: string, type: QuantizedType): Promise<void> {
  const { json, weights } = await readLayersModelFiles(model);
  const smaller = weights.map(weight => {
    const { entry, bytes } = weight;
    if (entry.dtype !== 'float32') return weight;
    const values = decodeWeights(entry, bytes);
    if (!values.every(Number.isFinite))
      throw invalid(model, { message: `the weight "${entry.name}" has values that are not finite` });
    return quantize({ ...entry, values }, type);
  });
  await writeLayersModelFiles(folder, { json, weights: smaller });
}

/** @param tensor of finite values */
export function quantize({ name, shape, values }: NamedTensor, type: QuantizedType): StoredWeight {
  const entry = { name, shape: [...shape], dtype: 'float32' };
  if (type === 'float16') {
    const bytes = sixteenBits(values, floatToHalf);
    return { entry: { ...entry, quantization: { dtype: type } }, bytes };
  }
  const steps = type === 'uint8' ? 0xff : 0xffff;
  const { scale, min } = rangeOf(values, steps);
  // What the shift of the range has left outside goes to its ends.
  const stepOf = (value: number): number => Math.min(steps, Math.max(0, roundToEven((value - min) / scale)));
  const bytes = type === 'uint8' ? Uint8Array.from(values, stepOf) : sixteenBits(values, stepOf);
  return { entry: { ...entry, quantization: { dtype: type, scale, min } }, bytes };
}

/** The values that stand in for the given ones, as a model that loads them has them. */
export function quantized(tensor: NamedTensor, type: QuantizedType): NamedTensor {
  const { entry, bytes } = quantize(tensor, type);
  return { ...tensor, values: decodeWeights(entry, bytes) };
}

type Range = Pick<Extract<ManifestEntry['quantization'], { dtype: 'uint8' | 'uint16' }>, 'scale' | 'min'>;

/** min + step * scale covers the values, and is 0 at one of the steps where it has both signs. */
function rangeOf(values: Float32Array, steps: number): Range {
  if (values.length === 0) return { scale: 1, min: 0 };
  const min = values.reduce((low, value) => Math.min(low, value));
  const max = values.reduce((high, value) => Math.max(high, value));
  if (min === max) return { scale: 1, min };
  const scale = (max - min) / steps;
  return { scale, min: min <= 0 && max >= 0 ? -roundToEven(-min / scale) * scale : min };
}

/** Little endian. */
function sixteenBits(values: Float32Array, encode: (value: number) => number): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint16(2 * index, encode(value), true));
  return bytes;
}
