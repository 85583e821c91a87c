/**
 * Long short-term memory: with [i, f, g, o] = x W + h U + b,
 *
 *     c' = sigmoid(f) c + sigmoid(i) tanh(g)
 *     h' = sigmoid(o) tanh(c')
 *
 * Hochreiter & Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735; forget gates of Gers et al. 2000, whose bias
 * starts at 1 (Jozefowicz et al. 2015, https://proceedings.mlr.press/v37/jozefowicz15.html). Keras: LSTM.
 */
import { sigmoid } from '../../backend/native-ops/sigmoid.ts';
import { tanh } from '../../backend/native-ops/tanh.ts';
import { tf } from '../../backend/tf.ts';
import { layer } from './layer.ts';
import { recurrentKnobs, recurrentPlan, type Cell } from './recurrent.ts';

const cell: Cell = {
  name: 'lstm',
  keras: 'lstm',
  gates: 4,
  states: 2,
  bias([width = 0]) {
    const units = width / 4;
    return Float32Array.from({ length: width }, (_, index) => (Math.floor(index / units) === 1 ? 1 : 0));
  },
  step:
    u =>
    (product, [h, c]) => {
      const [i, f, g, o] = tf.split(tf.add(product, tf.matMul(h!, u)), 4, 1);
      const next = tf.add(tf.mul(sigmoid(f!), c!), tf.mul(sigmoid(i!), tanh(g!)));
      return [tf.mul(sigmoid(o!), tanh(next)), next];
    },
};

export const lstm = layer({
  name: 'lstm',
  summary: 'long short-term memory over [time, features]',
  paper: 'Hochreiter & Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735',
  shorthand: 'units',
  knobs: recurrentKnobs(),
  plan: (knobs, input) => recurrentPlan(cell, knobs, input),
});
