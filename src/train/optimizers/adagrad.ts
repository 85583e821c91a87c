/**
 * Adagrad: steps shrink with the squared gradients so far: a <- a + g^2; w <- w - lr g / sqrt(a + epsilon), from a = 0.1.
 * Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html. Keras: Adagrad.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { epsilonKnob, learningRateKnob } from './knobs.ts';
import { optimizer } from './optimizer.ts';

export const adagrad = optimizer({
  name: 'adagrad',
  summary: 'steps scaled by the sum of all squared gradients',
  paper: 'Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html',
  shorthand: 'learningRate',
  knobs: z.strictObject({ learningRate: learningRateKnob(0.001), epsilon: epsilonKnob() }),
  slots: { accumulator: 0.1 },
  continuous: ['learningRate', 'epsilon'],
  update({ gradient, weight, slots, hyper }) {
    const accumulator = tf.add(slots[0]!, tf.square(gradient));
    const change = tf.div(tf.mul(hyper['learningRate']!, gradient), tf.sqrt(tf.add(accumulator, hyper['epsilon']!)));
    return { weight: tf.sub(weight, change), slots: [accumulator] };
  },
});
