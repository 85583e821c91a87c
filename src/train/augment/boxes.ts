/** Random rectangles in images. */
import { tf, type Tensor } from '../../backend/tf.ts';

/**
 * Which pixels have their middle within a rectangle. Its centre is anywhere in the image, so that some of it may lie
 * outside.
 * @param images [batch, height, width, channels]
 * @param sides height and width in pixels: scalars, or [batch, 1, 1, 1]
 * @returns [batch, height, width, 1]
 */
export function boxes(
  images: Tensor,
  sides: readonly [Tensor, Tensor],
  uniform: (shape: readonly number[]) => Tensor,
): Tensor {
  const [count, height, width] = images.shape as [number, number, number];
  const along = (length: number, shape: readonly number[], side: Tensor): Tensor => {
    const middles = tf.reshape(tf.range(0.5, length, 1, 'float32'), [1, ...shape]);
    const centre = tf.mul(uniform([count, 1, 1, 1]), length);
    return tf.less(tf.abs(tf.sub(middles, centre)), tf.div(side, 2));
  };
  return tf.logicalAnd(along(height, [height, 1, 1], sides[0]), along(width, [1, width, 1], sides[1]));
}
