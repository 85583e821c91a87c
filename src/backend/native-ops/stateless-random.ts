/**
 * Random numbers as a pure function of a seed tensor. tf.randomUniform and its like draw in JavaScript, so they would be
 * slow and would be frozen into a compiled graph as constants.
 */
import { tf, type Tensor } from '../tf.ts';
import { attribute, runOp } from './run-op.ts';

/**
 * @param seed int32 [2]
 * @param parameters of the distribution
 */
export function statelessRandom(op: string, shape: readonly number[], seed: Tensor, ...parameters: Tensor[]): Tensor {
  const attributes = [
    attribute.type('dtype', 'float32'),
    attribute.type('T', 'int32'),
    attribute.type('Tseed', 'int32'),
  ];
  return tf.tidy(() => runOp(op, attributes, [tf.tensor1d([...shape], 'int32'), seed, ...parameters]));
}
