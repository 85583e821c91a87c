/** The nets as functions of explicit weights, in plain tfjs operations. */

const momentum = 0.99;
const epsilon = 1e-3;

/** First values: { weights, statistics }, each in the order in which `forward` takes them. */
export function initialTensors(tf, net) {
  const weights = [];
  const statistics = [];
  const visit = layers => {
    for (const { op, kernel, bias, channels, main, shortcut } of layers) {
      if (kernel) weights.push(glorotUniform(tf, kernel));
      if (op === 'dense' || bias) weights.push(tf.zeros([kernel.at(-1)]));
      if (op === 'batchNorm') {
        weights.push(tf.ones([channels]), tf.zeros([channels]));
        statistics.push(tf.zeros([channels]), tf.ones([channels]));
      }
      if (op === 'residual') [main, shortcut].forEach(visit);
    }
  };
  visit(net.layers);
  return { weights, statistics };
}

function glorotUniform(tf, kernel) {
  const [fanIn, fanOut] = kernel.slice(-2);
  const window = kernel.slice(0, -2).reduce((product, side) => product * side, 1);
  const limit = Math.sqrt(6 / (window * (fanIn + fanOut)));
  return tf.randomUniform(kernel, -limit, limit);
}

/** Normalization by the moments of the batch, as tfjs composes it. */
function batchNormOf(tf) {
  return (x, gamma, beta) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return { output: tf.batchNorm(x, mean, variance, beta, gamma, epsilon), mean, variance };
  };
}

/**
 * One training pass.
 * @param batchNorm (x, gamma, beta, epsilon) => { output, mean, variance }
 * @returns logits, and the statistics as batch normalization moved them
 */
export function forward(tf, net, inputs, weights, statistics, batchNorm = batchNormOf(tf)) {
  const nextWeight = taker(weights);
  const nextStatistic = taker(statistics);
  const moved = [];
  const move = (average, value) => tf.add(tf.mul(average, momentum), tf.mul(value, 1 - momentum));
  const activated = (x, activation) => (activation === 'relu' ? tf.relu(x) : x);
  const apply = {
    dense: (x, { activation }) => activated(tf.add(tf.matMul(x, nextWeight()), nextWeight()), activation),
    conv(x, { stride = 1, padding, bias, activation }) {
      const convolved = tf.conv2d(x, nextWeight(), stride, padding);
      return activated(bias ? tf.add(convolved, nextWeight()) : convolved, activation);
    },
    batchNorm(x) {
      const { output, mean, variance } = batchNorm(x, nextWeight(), nextWeight(), epsilon);
      moved.push(move(nextStatistic(), mean), move(nextStatistic(), variance));
      return output;
    },
    relu: x => tf.relu(x),
    maxPool: x => tf.maxPool(x, 2, 2, 'valid'),
    flatten: x => tf.reshape(x, [x.shape[0], -1]),
    globalAveragePool: x => tf.mean(x, [1, 2]),
    residual: (x, { main, shortcut }) => tf.add(chain(main, x), chain(shortcut, x)),
  };
  const chain = (layers, input) => layers.reduce((x, layer) => apply[layer.op](x, layer), input);
  return { logits: chain(net.layers, inputs), statistics: moved };
}

function taker(tensors) {
  let next = 0;
  return () => tensors[next++];
}
