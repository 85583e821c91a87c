/**
 * Gradient descent with momentum: v <- m v - lr g; w <- w + v. Polyak 1964,
 * https://doi.org/10.1016/0041-5553(64)90137-5. Keras: SGD(momentum).
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { decayKnob, learningRateKnob } from './knobs.ts';
import { optimizer } from './optimizer.ts';

export const momentumKnobs = { learningRate: learningRateKnob(0.01), momentum: decayKnob(0.9, 'the step') };

export const momentumKnobNames = ['learningRate', 'momentum'] as const;

export const momentum = optimizer({
  name: 'momentum',
  summary: 'gradient descent that keeps part of its last step',
  paper: 'Polyak 1964, https://doi.org/10.1016/0041-5553(64)90137-5',
  shorthand: 'learningRate',
  knobs: z.strictObject(momentumKnobs),
  slots: { velocity: 0 },
  continuous: momentumKnobNames,
  update({ gradient, weight, slots: [velocity], hyper }) {
    const next = tf.sub(tf.mul(hyper['momentum']!, velocity!), tf.mul(hyper['learningRate']!, gradient));
    return { weight: tf.add(weight, next), slots: [next] };
  },
});
