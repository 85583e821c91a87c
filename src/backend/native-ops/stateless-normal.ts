/** Numbers with mean 0 and standard deviation 1, a pure function of the seed. TensorFlow: StatelessRandomNormal. */
import type { Tensor } from '../tf.ts';
import { statelessRandom } from './stateless-random.ts';

/** @param seed int32 [2] */
export function statelessNormal(shape: readonly number[], seed: Tensor): Tensor {
  return statelessRandom('StatelessRandomNormal', shape, seed);
}
