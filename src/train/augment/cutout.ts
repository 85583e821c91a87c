/**
 * Cutout: a square of each image is hidden behind the mean. Its centre is anywhere in the image, so that some of it may
 * lie outside. DeVries & Taylor 2017, https://arxiv.org/abs/1708.04552. Keras: RandomErasing.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { imagesAlone } from './images.ts';

export const cutout = augmentation({
  name: 'cutout',
  summary: 'a square of each image hidden behind the mean',
  paper: 'DeVries & Taylor 2017, https://arxiv.org/abs/1708.04552',
  shorthand: 'size',
  knobs: z.strictObject({
    size: z.number().min(0).max(1).default(0.3).describe("side of the square, as a share of the image's shorter side"),
  }),
  continuous: ['size'],
  refuses: imagesAlone,
  augment(batch, _, { size }, { uniform }) {
    const [count, height, width] = batch.inputs.shape as [number, number, number];
    const half = tf.mul(size!, Math.min(height, width) / 2);
    /** Which of the pixels 0 to length - 1 along one axis have their middle within the square. */
    const within = (length: number, shape: readonly number[]): Tensor => {
      const middles = tf.reshape(tf.range(0.5, length, 1, 'float32'), [1, ...shape]);
      const centre = tf.mul(uniform([count, 1, 1, 1]), length);
      return tf.less(tf.abs(tf.sub(middles, centre)), half);
    };
    const isHidden = tf.logicalAnd(within(height, [height, 1, 1]), within(width, [1, width, 1]));
    return { ...batch, inputs: tf.where(isHidden, tf.zerosLike(batch.inputs), batch.inputs) };
  },
});
