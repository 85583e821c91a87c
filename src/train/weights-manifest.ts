/**
 * Weights of TensorFlow.js's model files: float32 values, or smaller ones that stand for them.
 * uint8 and uint16: value = number * scale + min, with a scale and a smallest value per tensor. float16: as it is.
 */
import { z } from 'zod';
import { halfToFloat } from './half.ts';
import { sizeOf } from './shape.ts';

const shape = z.array(z.int().min(0));

/** How a tensor is stored: as it is, where there is no quantization. */
export const manifestEntry = z.object({
  name: z.string(),
  shape,
  dtype: z.string(),
  quantization: z
    .discriminatedUnion('dtype', [
      z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
      z.object({ dtype: z.literal('float16') }),
    ])
    .optional(),
});

export type ManifestEntry = z.infer<typeof manifestEntry>;

/** Bytes of one value by its type; of those with a length that varies there is none. */
export const bytesPerValue: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['float16', 2],
  ['uint16', 2],
  ['uint8', 1],
  ['int32', 4],
  ['bool', 1],
  ['complex64', 8],
]);

/** The type of the values in the file. */
export function storedType({ dtype, quantization }: ManifestEntry): string {
  return quantization?.dtype ?? dtype;
}

/** Values of an entry whose dtype is float32, from exactly its bytes. */
export function decodeWeights(entry: ManifestEntry, bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { quantization } = entry;
  const decode = (read: (at: number) => number, size: number): Float32Array =>
    Float32Array.from({ length: sizeOf(entry.shape) }, (_, index) => read(index * size));
  switch (quantization?.dtype) {
    case 'uint8':
      return decode(at => view.getUint8(at) * quantization.scale + quantization.min, 1);
    case 'uint16':
      return decode(at => view.getUint16(at, true) * quantization.scale + quantization.min, 2);
    case 'float16':
      return decode(at => halfToFloat(view.getUint16(at, true)), 2);
    case undefined:
      return decode(at => view.getFloat32(at, true), 4);
  }
}
