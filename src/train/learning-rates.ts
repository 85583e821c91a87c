/**
 * Learning rates by layer: the change that the optimizer makes to a layer's weights times a factor. Howard & Ruder 2018
 * (discriminative fine-tuning), https://arxiv.org/abs/1801.06146.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../backend/tf.ts';
import type { WeightSpec } from './layers/layer.ts';
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
  const firstFitting = ({ name }: WeightSpec): string | undefined =>
    learningRates.find(pattern => matchesLayer(pattern, name));
  const others = maskOf(plan.weights, spec => firstFitting(spec) === undefined);
  const factors = learningRates.reduce((sum, pattern) => {
    const own = maskOf(plan.weights, spec => firstFitting(spec) === pattern);
    return tf.add(sum, tf.mul(own, hyper[`learningRates.${pattern}`]!));
  }, others);
  return tf.add(before, tf.mul(tf.sub(after, before), factors));
}

/** 1 for each number of the weights that are meant, else 0. */
export function maskOf(specs: readonly WeightSpec[], isMeant: (spec: WeightSpec) => boolean): Tensor {
  return tf.concat(specs.map(spec => tf.fill([sizeOf(spec.shape)], isMeant(spec) ? 1 : 0)));
}
