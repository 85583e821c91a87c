/**
 * Peak signal-to-noise ratio of images, in decibel: 10 log10(1 / mse), for targets from 0 to 1. Measured where the targets
 * are images as large as the inputs. tf.image.psnr with max_val 1.
 */
import { tf } from '../../backend/tf.ts';
import { sizeOf } from '../shape.ts';
import type { Metric } from './metric.ts';
import { mse } from './mse.ts';

/** 100 dB at most: equal images would have infinitely many. */
const least = 1e-10;

export const psnr: Metric = {
  name: 'psnr',
  task: 'regression',
  fits: ({ inputShape, targetSize }) => inputShape.length === 3 && targetSize === sizeOf(inputShape),
  perExample: (outputs, targets, targetScale) =>
    tf.mul(-10 / Math.LN10, tf.log(tf.maximum(mse.perExample(outputs, targets, targetScale), least))),
};
