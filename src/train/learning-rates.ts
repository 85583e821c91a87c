/**
 * Learning rates by layer: the change that the optimizer makes to a layer's weights times a factor. Howard & Ruder 2018
 * (discriminative fine-tuning), https://arxiv.org/abs/1801.06146.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../backend/tf.ts';
import { matchesLayer } from './layers/matches-layer.ts';
import type { Program } from './program.ts';
import { sizeOf } from './shape.ts';
import type { Hyper } from './step.ts';

export const learningRatesKnob = z
  .record(z.string().min(1), z.number().min(0).max(1000))
  .optional()
  .describe(
    'factors of the learning rate by layer: { "0.conv2d": 0.1, "block*": 0.5 }; the first name that fits counts (https://arxiv.org/abs/1801.06146)',
  );

/** @param after weights as the optimizer would have them */
export function scaleChange({ plan, learningRates }: Program, before: Tensor, after: Tensor, hyper: Hyper): Tensor {
  if (learningRates.length === 0) return after;
  const factors = plan.weights.map(({ name, shape }) => {
    const pattern = learningRates.find(known => matchesLayer(known, name));
    const ones = tf.fill([sizeOf(shape)], 1);
    return pattern === undefined ? ones : tf.mul(ones, hyper[`learningRates.${pattern}`]!);
  });
  return tf.add(before, tf.mul(tf.sub(after, before), tf.concat(factors)));
}
