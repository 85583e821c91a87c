/** Numbers from the gamma distribution with scale 1, a pure function of the seed. TensorFlow: StatelessRandomGammaV2. */
import type { Tensor } from '../tf.ts';
import { statelessRandom } from './stateless-random.ts';

/**
 * @param seed int32 [2]
 * @param alpha the distribution's shape, a scalar
 */
export function statelessGamma(shape: readonly number[], seed: Tensor, alpha: Tensor): Tensor {
  return statelessRandom('StatelessRandomGammaV2', shape, seed, alpha);
}
