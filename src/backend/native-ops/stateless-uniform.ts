/** Numbers in [0, 1), a pure function of the seed. TensorFlow: StatelessRandomUniform. */
import type { Tensor } from '../tf.ts';
import { statelessRandom } from './stateless-random.ts';

/** @param seed int32 [2] */
export function statelessUniform(shape: readonly number[], seed: Tensor): Tensor {
  return statelessRandom('StatelessRandomUniform', shape, seed);
}
