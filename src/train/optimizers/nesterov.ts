/**
 * Nesterov's accelerated gradient: momentum that looks one step ahead: v <- m v - lr g; w <- w + m v - lr g. Nesterov
 * 1983; Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html. Keras: SGD(momentum, nesterov=True).
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { momentum, momentumKnobNames, momentumKnobs } from './momentum.ts';
import { optimizer } from './optimizer.ts';

export const nesterov = optimizer({
  name: 'nesterov',
  summary: 'momentum that looks one step ahead',
  paper: 'Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html',
  shorthand: 'learningRate',
  knobs: z.strictObject(momentumKnobs),
  slots: { velocity: 0 },
  continuous: momentumKnobNames,
  update(update) {
    const { gradient, weight, hyper } = update;
    const {
      slots: [velocity],
    } = momentum.update(update);
    const change = tf.sub(tf.mul(hyper['momentum']!, velocity!), tf.mul(hyper['learningRate']!, gradient));
    return { weight: tf.add(weight, change), slots: [velocity!] };
  },
});
