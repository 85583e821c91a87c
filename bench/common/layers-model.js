/** The nets as tfjs layers models, built and compiled as tfjs's own tutorials do it. */

export function compiledModel(tf, net) {
  const input = tf.input({ shape: net.input });
  const model = tf.model({ inputs: input, outputs: tf.layers.softmax().apply(chain(tf, net.layers, input)) });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
  return model;
}

function chain(tf, layers, input) {
  return layers.reduce((x, layer) => makers[layer.op](tf, layer, x), input);
}

const kernelInitializer = 'glorotUniform';

const makers = {
  dense: (tf, { kernel: [, units], activation }, x) =>
    tf.layers.dense({ units, activation, kernelInitializer }).apply(x),
  conv: (tf, { kernel: [height, width, , filters], stride = 1, padding, bias = false, activation }, x) =>
    tf.layers
      .conv2d({
        filters,
        kernelSize: [height, width],
        strides: stride,
        padding,
        useBias: bias,
        activation,
        kernelInitializer,
      })
      .apply(x),
  batchNorm: (tf, _, x) => tf.layers.batchNormalization({ momentum: 0.99, epsilon: 1e-3 }).apply(x),
  relu: (tf, _, x) => tf.layers.reLU().apply(x),
  maxPool: (tf, _, x) => tf.layers.maxPooling2d({ poolSize: 2 }).apply(x),
  flatten: (tf, _, x) => tf.layers.flatten().apply(x),
  globalAveragePool: (tf, _, x) => tf.layers.globalAveragePooling2d({}).apply(x),
  residual: (tf, { main, shortcut }, x) => tf.layers.add().apply([chain(tf, main, x), chain(tf, shortcut, x)]),
};
