/** Images a whole number of times as large, by repeated pixels or by interpolation. Keras: UpSampling2D. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { z } from 'zod';
import { resizeBilinear } from '../../backend/native-ops/resize-bilinear.ts';
import { tf, type TF } from '../../backend/tf.ts';
import { applyKeras, layer, weightless } from './layer.ts';
import { imageShape, pair, sizeKnob } from './window.ts';

export const upsample = layer({
  name: 'upsample',
  summary: 'images a whole number of times as large',
  paper: 'Odena et al. 2016, https://doi.org/10.23915/distill.00003',
  shorthand: 'size',
  knobs: z.strictObject({
    size: sizeKnob().default(2).describe('how many times as large: 2 or [1, 2]'),
    interpolation: z
      .enum(['nearest', 'bilinear'])
      .default('nearest')
      .describe('"nearest": repeated pixels; "bilinear": straight lines between them'),
  }),
  keepsSign: true,
  plan({ size, interpolation }, input) {
    const [height, width, channels] = imageShape('upsample', input);
    const factors = pair(size);
    const large: [number, number] = [height * factors[0], width * factors[1]];
    const output = [...large, channels];
    if (interpolation === 'nearest')
      return weightless(
        output,
        x => tf.image.resizeNearestNeighbor(x as ReturnType<TF['tensor4d']>, large),
        () => tf.layers.upSampling2d({ size: factors }),
      );
    return {
      ...weightless(
        output,
        x => resizeBilinear(x, large),
        () => tf.layers.upSampling2d({ size: factors }),
      ),
      flops: 8 * large[0] * large[1] * channels,
      toKeras: x => interpolated(interpolated(x, 1, height, factors[0]), 2, width, factors[1]),
    };
  },
});

/**
 * One side by linear interpolation, as dense layer over it: tfjs's own bilinear layer takes pixels for the corners of
 * their squares.
 * @param axis 1: height, 2: width
 */
function interpolated(x: TensorFlow.SymbolicTensor, axis: 1 | 2, length: number, factor: number) {
  if (factor === 1) return x;
  const dims = axis === 1 ? [3, 2, 1] : [1, 3, 2];
  const swap = () => tf.layers.permute({ dims });
  const units = length * factor;
  const dense = tf.layers.dense({ units, useBias: false, trainable: false });
  const kernel = tf.tensor2d(interpolation(length, factor), [length, units]);
  const output = applyKeras(swap(), applyKeras(dense, applyKeras(swap(), x), [kernel]));
  kernel.dispose();
  return output;
}

/** Share of each old pixel (row) in each new one (column). */
function interpolation(length: number, factor: number): Float32Array {
  const shares = new Float32Array(length * length * factor);
  for (let column = 0; column < length * factor; column++) {
    const place = Math.min(Math.max((column + 0.5) / factor - 0.5, 0), length - 1);
    const before = Math.floor(place);
    const after = Math.min(before + 1, length - 1);
    shares[before * length * factor + column]! += 1 - (place - before);
    shares[after * length * factor + column]! += place - before;
  }
  return shares;
}
