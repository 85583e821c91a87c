/** Stochastic gradient descent: w <- w - lr g. Robbins & Monro 1951. Keras: SGD. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { learningRateKnob } from './knobs.ts';
import { optimizer } from './optimizer.ts';

export const sgd = optimizer({
  name: 'sgd',
  summary: 'plain stochastic gradient descent',
  paper: 'Robbins & Monro 1951, https://doi.org/10.1214/aoms/1177729586',
  shorthand: 'learningRate',
  knobs: z.strictObject({ learningRate: learningRateKnob(0.01) }),
  slots: {},
  continuous: ['learningRate'],
  update: ({ gradient, weight, hyper }) => ({
    weight: tf.sub(weight, tf.mul(hyper['learningRate']!, gradient)),
    slots: [],
  }),
});
