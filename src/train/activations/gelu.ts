/**
 * Gaussian error linear unit: x P(Z <= x) of a standard normal Z, which is x (1 + erf(x / sqrt(2))) / 2. Approximately
 * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
 */
import type * as TensorFlow from '@tensorflow/tfjs';
import { z } from 'zod';
import { tanh } from '../../backend/native-ops/tanh.ts';
import { tf } from '../../backend/tf.ts';
import type { Shape } from '../layers/layer.ts';
import { activation } from './activation.ts';

export const gelu = activation({
  name: 'gelu',
  summary: 'x times the probability that a standard normal value is below it',
  paper: 'https://arxiv.org/abs/1606.08415',
  knobs: z.strictObject({
    approximate: z.boolean().default(false).describe('by tanh, in place of the exact error function'),
  }),
  apply(x, { approximate }) {
    const fromMinusOneToOne = approximate
      ? tanh(tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI)))
      : tf.erf(tf.mul(x, Math.SQRT1_2));
    return tf.mul(x, tf.mul(tf.add(fromMinusOneToOne, 1), 0.5));
  },
  toKeras: ({ approximate }, input) => [
    approximate ? approximateLayer(input) : tf.layers.activation({ activation: 'gelu' }),
  ],
});

/** As x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)): tfjs cannot load models with its own activation "gelu_new". */
function approximateLayer(input: Shape): TensorFlow.layers.Layer {
  const { multiply, add, rescaling, activation } = tf.layers;
  const x = tf.input({ shape: [...input] });
  const scaled = (symbol: TensorFlow.SymbolicTensor, scale: number) =>
    rescaling({ scale, offset: 0 }).apply(symbol) as TensorFlow.SymbolicTensor;
  const cube = multiply().apply([x, x, x]) as TensorFlow.SymbolicTensor;
  const sum = add().apply([x, scaled(cube, 0.044715)]) as TensorFlow.SymbolicTensor;
  const gate = activation({ activation: 'sigmoid' }).apply(scaled(sum, 2 * Math.sqrt(2 / Math.PI)));
  const outputs = multiply().apply([x, gate as TensorFlow.SymbolicTensor]) as TensorFlow.SymbolicTensor;
  return tf.model({ inputs: x, outputs });
}
