/**
 * RMSprop: steps scaled by an average of the squared gradient, and momentum on top:
 *   v <- rho v + (1 - rho) g^2
 *   s <- momentum s + lr g / sqrt(v + epsilon)
 *   w <- w - s
 * Hinton 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf. Keras: RMSprop.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { decayKnob, epsilonKnob, learningRateKnob } from './knobs.ts';
import { optimizer, type Update } from './optimizer.ts';

export const rmspropKnobs = {
  learningRate: learningRateKnob(0.001),
  rho: decayKnob(0.9, 'the squared gradient'),
  momentum: decayKnob(0, 'the step'),
  epsilon: epsilonKnob(),
};

export const rmspropKnobNames = ['learningRate', 'rho', 'momentum', 'epsilon'] as const;

export const rmsprop = optimizer({
  name: 'rmsprop',
  summary: 'steps scaled by a moving average of the squared gradient',
  paper: 'Hinton 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf',
  shorthand: 'learningRate',
  knobs: z.strictObject(rmspropKnobs),
  slots: { squaredGradient: 0, step: 0 },
  continuous: rmspropKnobNames,
  update(update) {
    const squaredGradient = moved(update, update.slots[0]!, tf.square(update.gradient));
    const step = stepOf(update, update.slots[1]!, squaredGradient);
    return { weight: tf.sub(update.weight, step), slots: [squaredGradient, step] };
  },
});

/** rho average + (1 - rho) value */
export function moved({ hyper }: Update, average: Tensor, value: Tensor): Tensor {
  return tf.add(tf.mul(hyper['rho']!, average), tf.mul(tf.sub(1, hyper['rho']!), value));
}

/** momentum s + lr g / sqrt(v + epsilon) */
export function stepOf({ gradient, hyper }: Update, last: Tensor, variance: Tensor): Tensor {
  const scaled = tf.div(tf.mul(hyper['learningRate']!, gradient), tf.sqrt(tf.add(variance, hyper['epsilon']!)));
  return tf.add(tf.mul(hyper['momentum']!, last), scaled);
}
