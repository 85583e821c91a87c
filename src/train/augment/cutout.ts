/**
 * Cutout: a square of each image is hidden behind the mean. DeVries & Taylor 2017, https://arxiv.org/abs/1708.04552.
 * Keras: RandomErasing.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { boxes } from './boxes.ts';
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
  untunable: { size: 'a pixel is hidden or not, with nothing in between' },
  refuses: imagesAlone,
  augment(batch, _, { size }, { uniform }) {
    const [, height, width] = batch.inputs.shape as [number, number, number];
    const side = tf.mul(size!, Math.min(height, width));
    const isHidden = boxes(batch.inputs, [side, side], uniform);
    return { ...batch, inputs: tf.where(isHidden, tf.zerosLike(batch.inputs), batch.inputs) };
  },
});
