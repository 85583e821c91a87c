/** Models as people build them, trained by `fit` and by tfjs's own `model.fit`: the same history, the same weights. */
import { beforeAll, expect, test } from 'vitest';
import { loadBackend } from '../../../../src/backend/load.ts';
import { tf } from '../../../../src/backend/tf.ts';
import { classNumbers, fitTwins, numbers, oneHot, twins, type Model } from './twins.ts';

beforeAll(() => loadBackend());

test('a perceptron', async () => {
  const pair = twins(() => {
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 16, activation: 'relu', inputShape: [8] }));
    model.add(tf.layers.dense({ units: 16, activation: 'tanh' }));
    model.add(tf.layers.dense({ units: 4, activation: 'softmax' }));
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    return model;
  });
  await fitTwins(pair, numbers(1, 90, 8), oneHot(90, 4), { validationSplit: 0.2, batchSize: 16, epochs: 4 });
});

test('a convolutional network with dropout and batch normalization', async () => {
  const pair = twins(() => {
    const model = tf.sequential();
    model.add(tf.layers.conv2d({ filters: 4, kernelSize: 3, inputShape: [10, 10, 2], useBias: false }));
    model.add(tf.layers.batchNormalization());
    model.add(tf.layers.activation({ activation: 'relu' }));
    model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
    model.add(tf.layers.conv2d({ filters: 6, kernelSize: 2, padding: 'same', activation: 'elu' }));
    model.add(tf.layers.averagePooling2d({ poolSize: 2 }));
    model.add(tf.layers.flatten());
    model.add(tf.layers.dropout({ rate: 0 }));
    model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
    model.compile({ optimizer: tf.train.momentum(0.02, 0.9), loss: 'sparseCategoricalCrossentropy', metrics: ['acc'] });
    return model;
  });
  const validationData: [any, any] = [numbers(3, 20, 10, 10, 2), tf.cast(classNumbers(20, 3), 'float32')];
  await fitTwins(pair, numbers(2, 50, 10, 10, 2), tf.cast(classNumbers(50, 3), 'float32'), {
    validationData,
    batchSize: 16,
  });
});

test('a functional model with two inputs', async () => {
  const pair = twins(() => {
    const [a, b] = [tf.input({ shape: [5], name: 'a' }), tf.input({ shape: [3], name: 'b' })];
    const left = tf.layers.dense({ units: 6, activation: 'sigmoid' }).apply(a) as typeof a;
    const both = tf.layers.concatenate().apply([left, b]) as typeof a;
    const outputs = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(both) as typeof a;
    const model = tf.model({ inputs: [a, b], outputs });
    model.compile({ optimizer: tf.train.rmsprop(0.01), loss: 'binaryCrossentropy', metrics: ['accuracy', 'mse'] });
    return model;
  });
  const x = { a: numbers(4, 40, 5), b: numbers(5, 40, 3) };
  const y = tf.cast(tf.greater(numbers(6, 40, 1), 0), 'float32');
  await fitTwins(pair, x, y, { validationSplit: 0.25, batchSize: 8 });
});

test('a residual network', async () => {
  const pair = twins(() => {
    const input = tf.input({ shape: [8, 8, 3] });
    const convolve = (x: typeof input, filters: number, kernelSize: number, strides = 1) =>
      tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }).apply(x) as typeof input;
    const normalize = (x: typeof input) => tf.layers.batchNormalization().apply(x) as typeof input;
    const rectify = (x: typeof input) => tf.layers.reLU().apply(x) as typeof input;
    const stem = rectify(normalize(convolve(input, 4, 3)));
    const main = normalize(convolve(rectify(normalize(convolve(stem, 8, 3, 2))), 8, 3));
    const shortcut = normalize(convolve(stem, 8, 1, 2));
    const block = rectify(tf.layers.add().apply([main, shortcut]) as typeof input);
    const pooled = tf.layers.globalAveragePooling2d({}).apply(block) as typeof input;
    const outputs = tf.layers.dense({ units: 5 }).apply(pooled) as typeof input;
    const model = tf.model({ inputs: input, outputs });
    model.compile({
      optimizer: tf.train.sgd(0.05),
      loss: (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits),
      metrics: ['accuracy'],
    });
    return model;
  });
  await fitTwins(pair, numbers(7, 40, 8, 8, 3), oneHot(40, 5), { batchSize: 16, validationSplit: 0.2 });
});

test('a small recurrent network', async () => {
  const pair = twins((): Model => {
    const model = tf.sequential();
    model.add(tf.layers.embedding({ inputDim: 12, outputDim: 4, inputLength: 6 }));
    model.add(tf.layers.gru({ units: 5 }));
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    return model;
  });
  const x = tf.reshape(classNumbers(30 * 6, 12), [30, 6]);
  await fitTwins(pair, x, numbers(8, 30, 1), { batchSize: 8 });
  expect(pair.ours.history ?? true).toBeTruthy();
});
