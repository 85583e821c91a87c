/**
 * Centered RMSprop: steps scaled by the variance of the gradient, in place of its square:
 *   v <- rho v + (1 - rho) g^2
 *   a <- rho a + (1 - rho) g
 *   s <- momentum s + lr g / sqrt(v - a^2 + epsilon)
 *   w <- w - s
 * Graves 2013, section 4.2, https://arxiv.org/abs/1308.0850. Keras: RMSprop(centered=True).
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { optimizer } from './optimizer.ts';
import { moved, rmspropKnobNames, rmspropKnobs, stepOf } from './rmsprop.ts';

export const rmspropCentered = optimizer({
  name: 'rmspropCentered',
  summary: 'steps scaled by a moving variance of the gradient',
  paper: 'https://arxiv.org/abs/1308.0850',
  shorthand: 'learningRate',
  knobs: z.strictObject(rmspropKnobs),
  slots: { squaredGradient: 0, gradient: 0, step: 0 },
  continuous: rmspropKnobNames,
  update(update) {
    const { gradient, weight, slots } = update;
    const squaredGradient = moved(update, slots[0]!, tf.square(gradient));
    const average = moved(update, slots[1]!, gradient);
    const step = stepOf(update, slots[2]!, tf.sub(squaredGradient, tf.square(average)));
    return { weight: tf.sub(weight, step), slots: [squaredGradient, average, step] };
  },
});
