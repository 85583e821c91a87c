/** Encoded images as tensors, by the native decoders. */
import { tf, type Tensor } from './tf.ts';

/**
 * The pixels of a PNG, JPEG, BMP or GIF image, of an animation the first frame: int32, [height, width, channels].
 * @param channels what PNG and JPEG are converted to; BMP and GIF keep theirs
 * @throws Error when the image is damaged
 */
export function decodeImage(bytes: Uint8Array, channels: number): Tensor {
  const { node } = tf as unknown as {
    readonly node: { decodeImage(bytes: Uint8Array, channels: number, dtype: 'int32', all: boolean): Tensor };
  };
  return node.decodeImage(bytes, channels, 'int32', false);
}
