/**
 * Lion: steps of equal size, in the direction of the sign of an average:
 *   w <- w - lr sign(beta1 m + (1 - beta1) g)
 *   m <- beta2 m + (1 - beta2) g
 * Chen et al. 2023, https://arxiv.org/abs/2302.06675. Keras: Lion.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { untunable } from '../../space/technique.ts';
import { decayKnob, learningRateKnob } from './knobs.ts';
import { optimizer } from './optimizer.ts';

export const lion = optimizer({
  name: 'lion',
  summary: 'steps of equal size, by the sign of a moving average of the gradient',
  paper: 'https://arxiv.org/abs/2302.06675',
  shorthand: 'learningRate',
  knobs: z.strictObject({
    learningRate: learningRateKnob(0.001),
    beta1: decayKnob(0.9, 'the gradient, for the direction,'),
    beta2: decayKnob(0.99, 'the gradient'),
  }),
  slots: { m: 0 },
  continuous: ['learningRate', 'beta1', 'beta2'],
  untunable: untunable(['beta1', 'beta2'], 'only the sign of the average counts, which moves in jumps'),
  update({ gradient, weight, slots: [m], hyper }) {
    const mixed = (beta: Tensor): Tensor => tf.add(tf.mul(m!, beta), tf.mul(gradient, tf.sub(1, beta)));
    const change = tf.mul(hyper['learningRate']!, tf.sign(mixed(hyper['beta1']!)));
    return { weight: tf.sub(weight, change), slots: [mixed(hyper['beta2']!)] };
  },
});
