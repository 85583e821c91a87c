/**
 * Adadelta: steps in the units of the weights, from averages of the squared gradients and of the squared steps:
 *   a <- rho a + (1 - rho) g^2
 *   d = -g sqrt(b + epsilon) / sqrt(a + epsilon)
 *   b <- rho b + (1 - rho) d^2
 *   w <- w + lr d
 * Zeiler 2012, https://arxiv.org/abs/1212.5701. Keras: Adadelta; a learning rate of 1 is the paper's.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { decayKnob, epsilonKnob, learningRateKnob } from './knobs.ts';
import { optimizer } from './optimizer.ts';

export const adadelta = optimizer({
  name: 'adadelta',
  summary: 'steps as large as the last ones were, over the size of the gradient',
  paper: 'https://arxiv.org/abs/1212.5701',
  shorthand: 'learningRate',
  knobs: z.strictObject({
    learningRate: learningRateKnob(0.001),
    rho: decayKnob(0.95, 'squared gradients and steps'),
    epsilon: epsilonKnob(),
  }),
  slots: { squaredGradient: 0, squaredStep: 0 },
  continuous: ['learningRate', 'rho', 'epsilon'],
  update({ gradient, weight, slots, hyper }) {
    const rho = hyper['rho']!;
    const moved = (average: Tensor, value: Tensor): Tensor =>
      tf.add(tf.mul(rho, average), tf.mul(tf.sub(1, rho), tf.square(value)));
    const root = (average: Tensor): Tensor => tf.sqrt(tf.add(average, hyper['epsilon']!));
    const squaredGradient = moved(slots[0]!, gradient);
    const step = tf.neg(tf.div(tf.mul(root(slots[1]!), gradient), root(squaredGradient)));
    return {
      weight: tf.add(weight, tf.mul(hyper['learningRate']!, step)),
      slots: [squaredGradient, moved(slots[1]!, step)],
    };
  },
});
