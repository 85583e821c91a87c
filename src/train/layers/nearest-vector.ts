/**
 * The last step of a network that learns vectors of classes: cosine similarity of its output with each class's vector.
 * The nearest vector decides. Not a layer of space.json: "zeroShot" adds it.
 */
import { tf } from '../../backend/tf.ts';
import type { ClassVectors } from '../data/dataset.ts';
import { applyKeras, type LayerPlan } from './layer.ts';

const epsilon = 1e-12;

export function nearestVector({ values, length }: ClassVectors): LayerPlan {
  const classes = values.length / length;
  return {
    output: [classes],
    weights: [],
    statistics: [
      { name: 'vectors', shape: [classes, length], initialize: () => unitRows(values, length), decays: false },
    ],
    hyper: {},
    flops: 2 * values.length,
    apply(x, { statistics }) {
      const inverse = tf.rsqrt(tf.add(tf.sum(tf.square(x), -1, true), epsilon));
      return { output: tf.matMul(tf.mul(x, inverse), statistics[0]!, false, true), statistics };
    },
    toKeras(x, { statistics }) {
      // tfjs compares two tensors of the network; a dense layer of zeros makes the vectors one of them, as its bias.
      const [vectors] = statistics;
      const table = tf.layers.dense({ units: values.length });
      const constants = [tf.zeros([length, values.length]), tf.reshape(vectors!, [-1])];
      const all = applyKeras(tf.layers.reshape({ targetShape: [classes, length] }), applyKeras(table, x, constants));
      tf.dispose(constants);
      const own = applyKeras(tf.layers.reshape({ targetShape: [1, length] }), x);
      const similarities = tf.layers.dot({ axes: [2, 2], normalize: true }).apply([all, own]);
      return applyKeras(tf.layers.flatten(), similarities as typeof x);
    },
  };
}

function unitRows(values: Float32Array, length: number): Float32Array {
  return values.map((value, index) => {
    const start = index - (index % length);
    return value / Math.hypot(...values.subarray(start, start + length));
  });
}
