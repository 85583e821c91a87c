// Trains a convolutional network of plain TensorFlow.js by `fit` in place of `model.fit`, and says how long both take:
//   npm run build && node examples/graph/fit-model.js
import { fit, loadBackend } from 'tfjs-tune/graph';

const tf = await loadBackend();

// Noisy pictures of a bar that lies or stands.
const rows = 1024;
const isLying = tf.tensor1d(Array.from({ length: rows }, (_, row) => row % 2));
const place = tf.oneHot(tf.randomUniform([rows], 0, 16, 'int32'), 16).toFloat();
const lying = place.reshape([rows, 16, 1]).tile([1, 1, 16]);
const standing = place.reshape([rows, 1, 16]).tile([1, 16, 1]);
const bars = tf.where(isLying.reshape([rows, 1, 1]).equal(1), lying, standing);
const pictures = bars.expandDims(-1).add(tf.randomNormal([rows, 16, 16, 1], 0, 0.5));

function network() {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [16, 16, 1], filters: 8, kernelSize: 3, activation: 'relu' }));
  model.add(tf.layers.batchNormalization({ momentum: 0.8 }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }));
  model.add(tf.layers.globalMaxPooling2d({}));
  model.add(tf.layers.dropout({ rate: 0.2 }));
  model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
  return model;
}

const args = { epochs: 6, batchSize: 32, validationSplit: 0.25, verbose: 0 };
const ways = { 'model.fit': (model, x, y, args) => model.fit(x, y, args), fit };
for (const [name, train] of Object.entries(ways)) {
  const started = performance.now();
  const { history } = await train(network(), pictures, isLying, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name}: ${seconds} s, validation accuracy ${history.val_acc.at(-1).toFixed(3)}`);
}
