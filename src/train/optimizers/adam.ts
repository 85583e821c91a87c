/**
 * Adam, in the form of Kingma & Ba 2015, section 2, last paragraph (as Keras has it):
 *   m <- m + (1 - beta1) (g - m)
 *   v <- v + (1 - beta2) (g^2 - v)
 *   w <- w - lr sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * https://arxiv.org/abs/1412.6980. Keras: Adam.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { decayKnob, learningRateKnob } from './knobs.ts';
import { optimizer } from './optimizer.ts';

export const adam = optimizer({
  name: 'adam',
  summary: 'steps scaled by moving averages of the gradient and its square',
  paper: 'https://arxiv.org/abs/1412.6980',
  shorthand: 'learningRate',
  knobs: z.strictObject({
    learningRate: learningRateKnob(0.001),
    beta1: decayKnob(0.9, 'the gradient'),
    beta2: decayKnob(0.999, 'the squared gradient'),
    epsilon: z.number().positive().max(1).default(1e-7).describe('keeps the division away from zero'),
  }),
  slots: { m: 0, v: 0 },
  continuous: ['learningRate', 'beta1', 'beta2', 'epsilon'],
  update({ gradient, weight, slots, hyper, step }) {
    const [learningRate, beta1, beta2, epsilon] = [
      hyper['learningRate']!,
      hyper['beta1']!,
      hyper['beta2']!,
      hyper['epsilon']!,
    ];
    const m = tf.add(slots[0]!, tf.mul(tf.sub(gradient, slots[0]!), tf.sub(1, beta1)));
    const v = tf.add(slots[1]!, tf.mul(tf.sub(tf.square(gradient), slots[1]!), tf.sub(1, beta2)));
    const correction = tf.div(tf.sqrt(tf.sub(1, tf.pow(beta2, step))), tf.sub(1, tf.pow(beta1, step)));
    const change = tf.div(tf.mul(m, tf.mul(learningRate, correction)), tf.add(tf.sqrt(v), epsilon));
    return { weight: tf.sub(weight, change), slots: [m, v] };
  },
});
