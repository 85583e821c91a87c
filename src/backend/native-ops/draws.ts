/** Random numbers of a step as a pure function of its seed and its number. */
import { tf, type Tensor } from '../tf.ts';
import { statelessGamma } from './stateless-gamma.ts';
import { statelessNormal } from './stateless-normal.ts';
import { statelessUniform } from './stateless-uniform.ts';

export interface Draws {
  /** In [0, 1). */
  uniform(shape: readonly number[]): Tensor;
  /** From the standard normal distribution. */
  normal(shape: readonly number[]): Tensor;
  /** From the gamma distribution with this shape, a scalar, and scale 1. */
  gamma(shape: readonly number[], alpha: Tensor): Tensor;
}

/** @param seed and step int32 scalars; each draw has a key of its own: (seed + number of the draw, step) */
export function drawsOf(seed: Tensor, step: Tensor): Draws {
  let draw = 0;
  const key = (): Tensor => tf.stack([tf.add(seed, tf.scalar(draw++, 'int32')), step]);
  return {
    uniform: shape => tf.tidy(() => statelessUniform(shape, key())),
    normal: shape => tf.tidy(() => statelessNormal(shape, key())),
    gamma: (shape, alpha) => tf.tidy(() => statelessGamma(shape, key(), alpha)),
  };
}
