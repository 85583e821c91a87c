/** What the augmentations that make one example out of two share: which minibatches they take, and how much of each. */
import { z } from 'zod';
import type { Draws } from '../../backend/native-ops/draws.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Augmentation } from './augmentation.ts';

export function alphaKnob(standard: number) {
  return z
    .number()
    .min(0.001)
    .max(100)
    .default(standard)
    .describe('of the Beta distribution of the shares: near 0 hardly a mixture, 1 any share alike, above 1 halves');
}

export const unmixedPairs: NonNullable<Augmentation['refuses']> = ({ batchSize, isMixed }) => {
  if (isMixed) return { message: 'the examples are mixed already', expected: 'one augmentation that mixes' };
  if (batchSize === 1) return { message: 'a batch of one example has none to mix it with', expected: 'a larger batch' };
  return undefined;
};

/** The example at the same place from the end for each one: minibatches are in random order. */
export function partners(values: Tensor): Tensor {
  return tf.reverse(values, 0);
}

/**
 * From Beta(alpha, alpha): g1 / (g1 + g2) with g ~ Gamma(alpha), as a sigmoid of ln g1 - ln g2. A small alpha gives
 * numbers below all of float32, so their logarithms are drawn: Gamma(alpha) is Gamma(alpha + 1) times u^(1 / alpha).
 */
export function betas(count: number, alpha: Tensor, { gamma, uniform }: Draws): Tensor {
  const logGamma = (): Tensor => {
    const u = tf.sub(1, uniform([count]));
    return tf.add(tf.log(gamma([count], tf.add(alpha, 1))), tf.div(tf.log(u), alpha));
  };
  return tf.sigmoid(tf.sub(logGamma(), logGamma()));
}
