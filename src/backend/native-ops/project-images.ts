/** Images whose pixels come from elsewhere in them, between the four nearest. TensorFlow: ImageProjectiveTransformV3. */
import { tf, type Tensor } from '../tf.ts';
import { attribute, runOp } from './run-op.ts';

/** What lies outside of an image: its mirror image, its nearest pixel, 0, or the same image again. */
export type FillMode = 'reflect' | 'nearest' | 'constant' | 'wrap';

/**
 * @param images float32 [batch, height, width, channels]
 * @param transforms [batch, 8], a row (a, b, c, d, e, f, g, h) each: the pixel (x, y) of the result is the one at
 * (a x + b y + c, d x + e y + f) / (g x + h y + 1) of the image
 */
export function projectImages(images: Tensor, transforms: Tensor, fillMode: FillMode): Tensor {
  const attributes = [
    attribute.type('dtype', 'float32'),
    attribute.string('interpolation', 'BILINEAR'),
    attribute.string('fill_mode', fillMode.toUpperCase()),
  ];
  return tf.tidy(() => {
    const size = tf.tensor1d(images.shape.slice(1, 3), 'int32');
    return runOp('ImageProjectiveTransformV3', attributes, [images, transforms, size, tf.scalar(0)]);
  });
}
