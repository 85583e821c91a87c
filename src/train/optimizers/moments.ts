/** What Adam and its kin share: moving averages of the gradient and of its square, and the knobs of these. */
import { tf, type Tensor } from '../../backend/tf.ts';
import { decayKnob, epsilonKnob, learningRateKnob } from './knobs.ts';
import type { Update } from './optimizer.ts';

export const momentKnobs = {
  learningRate: learningRateKnob(0.001),
  beta1: decayKnob(0.9, 'the gradient'),
  beta2: decayKnob(0.999, 'the squared gradient'),
  epsilon: epsilonKnob(),
};

export const momentKnobNames = ['learningRate', 'beta1', 'beta2', 'epsilon'] as const;

/** Both averages after this step; they are the first two slots. */
export function moments({ gradient, slots, hyper }: Update): [m: Tensor, v: Tensor] {
  return [moved(slots[0]!, gradient, hyper['beta1']!), moved(slots[1]!, tf.square(gradient), hyper['beta2']!)];
}

/** sqrt(1 - beta2^t) / (1 - beta1^t): what averages that started from 0 lack. */
export function correction({ hyper, step }: Update): Tensor {
  return tf.div(tf.sqrt(tf.sub(1, tf.pow(hyper['beta2']!, step))), tf.sub(1, tf.pow(hyper['beta1']!, step)));
}

function moved(average: Tensor, value: Tensor, beta: Tensor): Tensor {
  return tf.add(average, tf.mul(tf.sub(value, average), tf.sub(1, beta)));
}
