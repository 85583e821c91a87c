/** Softmax over the last axis: e^x / sum(e^x), positive and of sum 1. */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { activation } from './activation.ts';

export const softmax = activation({
  name: 'softmax',
  summary: 'e^x / sum(e^x) over the last axis',
  paper: 'Bridle 1990, https://doi.org/10.1007/978-3-642-76153-9_28',
  knobs: z.strictObject({}),
  // TensorFlow's own Softmax rounds otherwise in a graph than op by op where oneDNN is on.
  apply: x => tf.exp(tf.logSoftmax(x)),
  toKeras: () => [tf.layers.activation({ activation: 'softmax' })],
});
