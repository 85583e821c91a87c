/**
 * Gated recurrent unit: with products [pz, pr, pg] = x W + b and U = [Uz, Ur, Ug],
 *
 *     z = sigmoid(pz + h Uz)
 *     r = sigmoid(pr + h Ur)
 *     h' = z h + (1 - z) tanh(pg + (r h) Ug)
 *
 * Cho et al. 2014, https://arxiv.org/abs/1406.1078. Keras: GRU with resetAfter false, the one that tfjs has.
 */
import { sigmoid } from '../../backend/native-ops/sigmoid.ts';
import { tanh } from '../../backend/native-ops/tanh.ts';
import { tf } from '../../backend/tf.ts';
import { zeros } from '../initializers/zeros.ts';
import { layer } from './layer.ts';
import { recurrentKnobs, recurrentPlan, type Cell } from './recurrent.ts';

const cell: Cell = {
  name: 'gru',
  keras: 'gru',
  gates: 3,
  states: 1,
  bias: zeros.create({}),
  step(u) {
    const units = u.shape[0]!;
    const [ofGates, ofCandidate] = tf.split(u, [2 * units, units], 1);
    return (product, [h]) => {
      const [toGates, toCandidate] = tf.split(product, [2 * units, units], 1);
      const [z, r] = tf.split(sigmoid(tf.add(toGates!, tf.matMul(h!, ofGates!))), 2, 1);
      const candidate = tanh(tf.add(toCandidate!, tf.matMul(tf.mul(r!, h!), ofCandidate!)));
      return [tf.add(tf.mul(z!, h!), tf.mul(tf.sub(1, z!), candidate))];
    };
  },
};

export const gru = layer({
  name: 'gru',
  summary: 'gated recurrent unit over [time, features]',
  paper: 'https://arxiv.org/abs/1406.1078',
  shorthand: 'units',
  knobs: recurrentKnobs(),
  plan: (knobs, input) => recurrentPlan(cell, knobs, input),
});
