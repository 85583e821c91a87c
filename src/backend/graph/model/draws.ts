/** Random numbers of a step as a pure function of its seed and its number. */
import { statelessNormal } from '../../native-ops/stateless-normal.ts';
import { statelessUniform } from '../../native-ops/stateless-uniform.ts';
import { tf, type Tensor } from '../../tf.ts';

export interface Draws {
  /** From the standard normal distribution. */
  normal(shape: readonly number[]): Tensor;
  /** 1 with probability 1 - rate, otherwise 0. */
  kept(shape: readonly number[], rate: number): Tensor;
}

/** @param seed and step int32 scalars; each draw has a key of its own: (seed + number of the draw, step) */
export function drawsOf(seed: Tensor, step: Tensor): Draws {
  let draw = 0;
  const key = (): Tensor => tf.stack([tf.add(seed, tf.scalar(draw++, 'int32')), step]);
  return {
    normal: shape => tf.tidy(() => statelessNormal(shape, key())),
    kept: (shape, rate) => tf.tidy(() => tf.cast(tf.greaterEqual(statelessUniform(shape, key()), rate), 'float32')),
  };
}
