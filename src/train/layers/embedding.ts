/**
 * A learned vector for each number of a vocabulary: from whole numbers [length] to [length, units]. Bengio et al. 2003,
 * https://jmlr.org/papers/v3/bengio03a.html. Keras: Embedding. Data for it needs "normalize": "none".
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { messageOf, TuneError } from '../../errors.ts';
import { drawUniform } from '../initializers/initializer.ts';
import { applyKeras, layer } from './layer.ts';

export const embedding = layer({
  name: 'embedding',
  summary: 'a learned vector for each whole number below "vocabulary"; needs data with "normalize": "none"',
  paper: 'Bengio et al. 2003, https://jmlr.org/papers/v3/bengio03a.html',
  knobs: z.strictObject({
    vocabulary: z.int().min(1).max(10_000_000).describe('how many different numbers there are, from 0 on'),
    units: z.int().min(1).max(65_536).describe('length of the vectors'),
  }),
  plan({ vocabulary, units }, input) {
    const [length] = input;
    if (length === undefined || input.length !== 1)
      throw new TuneError('MODEL_INVALID', {
        message: `embedding got examples of shape [${input.join(', ')}]`,
        expected: 'one dimension: a list of whole numbers',
      });
    return {
      output: [length, units],
      weights: [
        {
          name: 'embeddings',
          shape: [vocabulary, units],
          initialize: (shape, rng) => drawUniform(shape, rng, 0.05), // as in Keras
          decays: true,
        },
      ],
      statistics: [],
      hyper: {},
      flops: 0,
      apply: (x, { weights: [embeddings] }) => ({ output: rowsOf(embeddings!, x), statistics: [] }),
      toKeras: (x, { weights }) =>
        applyKeras(tf.layers.embedding({ inputDim: vocabulary, outputDim: units }), x, weights),
    };
  },
});

function rowsOf(embeddings: Tensor, x: Tensor): Tensor {
  const numbers = rowNumbers(x);
  try {
    return tf.gather(embeddings, numbers as never);
  } catch (error) {
    // Op by op, and so where a step is recorded. A graph that meets such a number later has TensorFlow's words alone.
    const found = messageOf(error).split('Message: ').at(-1);
    throw new TuneError(
      'MODEL_INVALID',
      {
        message: `embedding got numbers that are not in its vocabulary: ${found}`,
        expected: `whole numbers from 0 to ${embeddings.shape[0]! - 1}`,
        hint: 'set "normalize" to "none" in "data", and "vocabulary" to the largest number plus 1',
      },
      { cause: error },
    );
  }
}

/**
 * As int32. TensorFlow refuses numbers outside of the vocabulary; a fraction, as normalized data has them, becomes -1, so
 * that it is refused too and not rounded in silence.
 */
function rowNumbers(x: Tensor): Tensor {
  const isWhole = tf.cast(tf.equal(x, tf.floor(x)), 'float32');
  return tf.cast(tf.sub(tf.mul(tf.add(x, 1), isWhole), 1), 'int32');
}
