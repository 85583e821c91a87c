/**
 * Mixup: each example is mixed with another one of its minibatch, its loss is that of both targets.
 *
 *     x <- s x1 + (1 - s) x2,  loss <- s loss(y1) + (1 - s) loss(y2),  s ~ Beta(alpha, alpha)
 *
 * Zhang et al. 2017, https://arxiv.org/abs/1710.09412. Keras: MixUp.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { augmentation } from './augmentation.ts';
import { alphaKnob, betas, partners, unmixedPairs } from './mixing.ts';

export const mixup = augmentation({
  name: 'mixup',
  summary: 'mixtures of two examples and of their targets',
  paper: 'Zhang et al. 2017, https://arxiv.org/abs/1710.09412',
  shorthand: 'alpha',
  knobs: z.strictObject({
    alpha: alphaKnob(0.2),
  }),
  continuous: ['alpha'],
  mixes: true,
  refuses: unmixedPairs,
  augment({ inputs, targets }, _, { alpha }, draws) {
    const share = betas(inputs.shape[0]!, alpha!, draws);
    const ofInputs = tf.reshape(share, [-1, ...inputs.shape.slice(1).map(() => 1)]);
    return {
      inputs: tf.add(tf.mul(inputs, ofInputs), tf.mul(partners(inputs), tf.sub(1, ofInputs))),
      targets,
      mixed: { targets: partners(targets), share },
    };
  },
});
