/**
 * Mixup: each example is mixed with another one of its minibatch, its loss is that of both targets.
 *
 *     x <- s x1 + (1 - s) x2,  loss <- s loss(y1) + (1 - s) loss(y2),  s ~ Beta(alpha, alpha)
 *
 * The other one is the example at the same place from the end: minibatches are in random order. Zhang et al. 2017,
 * https://arxiv.org/abs/1710.09412. Keras: MixUp.
 */
import { z } from 'zod';
import type { Draws } from '../../backend/native-ops/draws.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';

export const mixup = augmentation({
  name: 'mixup',
  summary: 'mixtures of two examples and of their targets',
  paper: 'Zhang et al. 2017, https://arxiv.org/abs/1710.09412',
  shorthand: 'alpha',
  knobs: z.strictObject({
    alpha: z
      .number()
      .min(0.001)
      .max(100)
      .default(0.2)
      .describe('of the Beta distribution of the shares: near 0 hardly a mixture, 1 any share alike, above 1 halves'),
  }),
  continuous: ['alpha'],
  mixes: true,
  refuses({ batchSize, isMixed }) {
    if (isMixed) return { message: 'the examples are mixed already', expected: 'one augmentation that mixes' };
    if (batchSize === 1)
      return { message: 'a batch of one example has none to mix it with', expected: 'a larger batch' };
    return undefined;
  },
  augment({ inputs, targets }, _, { alpha }, draws) {
    const share = betas(inputs.shape[0]!, alpha!, draws);
    const ofInputs = tf.reshape(share, [-1, ...inputs.shape.slice(1).map(() => 1)]);
    const others = tf.reverse(inputs, 0);
    return {
      inputs: tf.add(tf.mul(inputs, ofInputs), tf.mul(others, tf.sub(1, ofInputs))),
      targets,
      mixed: { targets: tf.reverse(targets, 0), share },
    };
  },
});

/**
 * From Beta(alpha, alpha): g1 / (g1 + g2) with g ~ Gamma(alpha), as a sigmoid of ln g1 - ln g2. A small alpha gives
 * numbers below all of float32, so their logarithms are drawn: Gamma(alpha) is Gamma(alpha + 1) times u^(1 / alpha).
 */
function betas(count: number, alpha: Tensor, { gamma, uniform }: Draws): Tensor {
  const logGamma = (): Tensor => {
    const u = tf.sub(1, uniform([count]));
    return tf.add(tf.log(gamma([count], tf.add(alpha, 1))), tf.div(tf.log(u), alpha));
  };
  return tf.sigmoid(tf.sub(logGamma(), logGamma()));
}
