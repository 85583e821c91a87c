/** The arguments of `fit`, what it leaves behind, and when it leaves training to tfjs. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fit } from '../../../../src/backend/graph/model/fit.ts';
import { loadBackend } from '../../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../../src/backend/tf.ts';
import { expectNoTensorsLeft, openGraphs } from '../helpers.ts';
import {
  expectHistory,
  expectWeights,
  fitTwins,
  numbers,
  oneHot,
  quiet,
  twins,
  withStderr,
  type Model,
} from './twins.ts';

beforeAll(() => loadBackend());

function network(layers: readonly TensorFlow.layers.Layer[] = [], trainable = true): Model {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 6, activation: 'relu', inputShape: [4] }));
  for (const layer of layers) model.add(layer);
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  for (const layer of model.layers) layer.trainable = trainable;
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

/** Draws in JavaScript, which a graph cannot. */
function shakingLayer(name?: string): TensorFlow.layers.Layer {
  class Shaking extends tf.layers.Layer {
    static className = 'Shaking';
    override call(inputs: Tensor | Tensor[]): Tensor {
      const x = [inputs].flat()[0]!;
      return tf.tidy(() => tf.add(x, tf.randomNormal(x.shape, 0, 0.01)));
    }
  }
  return new Shaking(name === undefined ? {} : { name });
}

const x = (rows = 40) => numbers(1, rows, 4);
const y = (rows = 40) => oneHot(rows, 3);

describe('minibatches', () => {
  test.each([
    ['that divide the rows', 8],
    ['with a smaller last one', 12],
    ['of one row', 1],
    ['of more rows than there are', 100],
  ])('%s', async (_, batchSize) => {
    await fitTwins(twins(network), x(), y(), { batchSize, validationData: [x(9), y(9)] });
  });

  test('of 32 rows when nothing is said, in one epoch', async () => {
    const pair = twins(network);
    const [ours, theirs] = [await fit(pair.ours, x(), y(), quiet), await pair.theirs.fit(x(), y(), quiet)];
    expect(pair.ours.optimizer.iterations).toBe(2);
    expect(Object.keys(ours.history)).toEqual(Object.keys(theirs.history));
  });
});

test('epoch by epoch is the same as all epochs at once, by the same graph', async () => {
  const { ours, theirs } = twins(network);
  const args = { ...quiet, shuffle: false, batchSize: 16, validationSplit: 0.2 };
  await fit(ours, x(), y(), args);
  const graphs = openGraphs();
  await fit(ours, x(), y(), args);
  await fit(ours, x(), y(), args);
  expect(openGraphs()).toBe(graphs);
  await theirs.fit(x(), y(), { ...args, epochs: 3 });
  expectWeights(ours, theirs);
});

describe('the seed', () => {
  const train = async (seed?: number): Promise<number[]> => {
    const model = network([tf.layers.dropout({ rate: 0.5 })]);
    model.setWeights(model.getWeights().map(({ shape }, i) => numbers(i, ...shape)));
    await fit(model, x(), y(), { ...quiet, batchSize: 8, epochs: 2, ...(seed !== undefined && { seed }) });
    return model.getWeights().flatMap(weight => [...weight.dataSync()]);
  };

  test('decides shuffling and dropout', async () => {
    expect(await train(5)).toEqual(await train(5));
    expect(await train(5)).not.toEqual(await train(6));
  });

  test('is another one each time when nothing is said', async () => {
    expect(await train()).not.toEqual(await train());
  });

  test('shuffles to another order each epoch, of all rows', async () => {
    const firsts: number[] = [];
    const model = tf.sequential();
    model.add(tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'ones' }));
    const loss = (_: Tensor, outputs: Tensor): Tensor => tf.mul(tf.mean(outputs), 0);
    const mean = (_: Tensor, outputs: Tensor): Tensor => tf.mean(outputs);
    model.compile({ optimizer: 'sgd', loss, metrics: [mean] });
    const { history } = await fit(model, tf.range(0, 20), tf.zeros([20]), {
      ...quiet,
      batchSize: 4,
      epochs: 3,
      callbacks: {
        onBatchEnd(batch, logs) {
          if (batch === 0) firsts.push(logs!['mean']!);
        },
      },
    });
    expect(new Set(firsts).size).toBeGreaterThan(1);
    for (const mean of history['mean']!) expect(mean).toBeCloseTo(9.5, 4);
  });
});

test('the model predicts, evaluates and is saved as it was trained', async () => {
  const model = network();
  await fit(model, x(), y(), quiet);
  let weights: ArrayBuffer | undefined;
  await model.save(
    tf.io.withSaveHandler(async ({ weightData }) => {
      weights = weightData as ArrayBuffer;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const expected = model.getWeights().flatMap(weight => [...weight.dataSync()]);
  expect([...new Float32Array(weights!)]).toEqual(expected);
  const [loss] = model.evaluate(x(), y()) as TensorFlow.Scalar[];
  expect(loss!.dataSync()[0]).toBeGreaterThan(0);
  expect((model.predict(x()) as Tensor).shape).toEqual([40, 3]);
});

describe('tensors', () => {
  test('none are left by training and validation', async () => {
    const recurrent = (): Model => {
      const model = tf.sequential();
      model.add(tf.layers.gru({ units: 3, dropout: 0.2, inputShape: [4, 1] }));
      model.add(tf.layers.batchNormalization());
      model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
      model.compile({ optimizer: 'rmsprop', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      return model;
    };
    for (const [model, inputs] of [
      [network([tf.layers.dropout({ rate: 0.5 })]), x()],
      [recurrent(), tf.reshape(x(), [40, 4, 1])],
    ] as const) {
      const labels = y();
      const args = { ...quiet, batchSize: 16, epochs: 2, validationSplit: 0.2 };
      const withClasses = { ...args, classWeight: { 0: 1, 1: 2, 2: 3 } };
      await expectNoTensorsLeft(() => fit(model, inputs, labels, args));
      await expectNoTensorsLeft(() => fit(model, inputs, labels, withClasses));
      await expectNoTensorsLeft(() => fit(model, inputs, labels, { ...args, callbacks: { onBatchEnd() {} } }));
    }
  });

  test('none are left by a callback that throws, nor by a refusal', async () => {
    const [inputs, labels] = [x(), y()];
    const onEpochEnd = () => Promise.reject(new Error('mine'));
    const model = network();
    await expectNoTensorsLeft(() =>
      expect(fit(model, inputs, labels, { ...quiet, callbacks: { onEpochEnd } })).rejects.toThrow('mine'),
    );
    const refused = network([shakingLayer()]);
    await expectNoTensorsLeft(() => withStderr(() => fit(refused, inputs, labels, quiet)));
  });
});

describe("tfjs's own errors come through", () => {
  const message = (run: () => Promise<unknown>): Promise<string> =>
    run().then(
      () => 'none',
      (error: Error) => error.message,
    );

  const mistakes: Readonly<Record<string, readonly [() => Model, number, () => object]>> = {
    'of a model that is not compiled': [
      () => tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [4] })] }),
      40,
      () => ({}),
    ],
    'of a functional model that is not compiled': [
      () => {
        const input = tf.input({ shape: [4] });
        return tf.model({ inputs: input, outputs: tf.layers.dense({ units: 1 }).apply(input) as typeof input });
      },
      40,
      () => ({}),
    ],
    'of rows of another shape': [network, 40, () => ({ validationData: [tf.ones([3, 5]), tf.ones([3, 3])] })],
    'of a batch size of 0': [network, 40, () => ({ batchSize: 0 })],
    'of an unknown way to shuffle': [network, 40, () => ({ shuffle: 'batch' })],
    'of no rows': [network, 0, () => ({})],
    'of nothing to train': [() => network([], false), 40, () => ({})],
  };

  test.each(Object.keys(mistakes))('%s', async name => {
    const [build, rows, args] = mistakes[name]!;
    const all = { ...quiet, ...args() };
    const [inputs, labels] = rows > 0 ? [x(), y()] : [tf.zeros([0, 4]), tf.zeros([0, 3])];
    const model = build();
    const expected = await message(() => model.fit(inputs, labels, all));
    expect(await message(() => fit(model, inputs, labels, all))).toBe(expected);
  });

  test('of an index that an embedding does not have, and no tensors are left', async () => {
    const model = tf.sequential();
    model.add(tf.layers.embedding({ inputDim: 5, outputDim: 2, inputLength: 3 }));
    model.add(tf.layers.flatten());
    model.add(tf.layers.dense({ units: 1 }));
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const indices = tf.concat([tf.zeros([39, 3]), tf.tensor2d([[7, 7, 7]])]);
    const labels = tf.zeros([40, 1]);
    await expectNoTensorsLeft(async () => {
      expect(await message(() => fit(model, indices, labels, { ...quiet, batchSize: 10 }))).toMatch(
        /7 is not in \[0, 5\)/,
      );
    });
  });

  test('of a second training at the same time, and the first one goes on by graph', async () => {
    const { ours, theirs } = twins(network);
    const args = { ...quiet, shuffle: false };
    const { result, stderr } = await withStderr(() =>
      Promise.allSettled([fit(ours, x(), y(), args), fit(ours, x(), y(), args)]),
    );
    expect(stderr).toBe('');
    expect(result.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await message(async () => Promise.reject((result[1] as PromiseRejectedResult).reason))).toMatch(
      /another fit\(\) call is ongoing/,
    );
    await theirs.fit(x(), y(), args);
    expectWeights(ours, theirs);
  });
});

test('two models train at the same time', async () => {
  const pairs = [twins(network), twins(() => network([tf.layers.batchNormalization()]))];
  const args = { ...quiet, shuffle: false, epochs: 4, batchSize: 8 };
  const histories = await Promise.all(pairs.map(({ ours }) => fit(ours, x(), y(), args)));
  for (const [index, { ours, theirs }] of pairs.entries()) {
    expectHistory(histories[index]!, await theirs.fit(x(), y(), args));
    expectWeights(ours, theirs);
  }
});

describe('leaves training to tfjs', () => {
  const refusal = 'this model trains the ordinary way, without a graph: ';

  test('where a layer draws in JavaScript: it says which, where and why, once', async () => {
    const model = network([shakingLayer('shaking')]);
    const first = await withStderr(() => fit(model, x(), y(), quiet));
    expect(first.stderr).toMatch(
      /^this model trains the ordinary way, without a graph: layer shaking \(Shaking\): the step draws random numbers in JavaScript.* \(.*fit\.test\.ts:\d+:\d+\)\n$/,
    );
    expect(model.optimizer.iterations).toBe(2);
    const second = await withStderr(() => fit(model, x(), y(), quiet));
    expect(second.stderr).toBe('');
  });

  test('with another backend', async () => {
    await tf.setBackend('cpu');
    try {
      const model = network();
      const { stderr } = await withStderr(() => fit(model, x(), y(), quiet));
      expect(stderr).toBe(`${refusal}the backend is cpu; tf.setBackend('tensorflow') changes that\n`);
      expect(model.optimizer.iterations).toBe(2);
    } finally {
      await tf.setBackend('tensorflow');
    }
  });

  test('of another copy of tfjs', async () => {
    // Copies share one engine, so a real one would get into the way of the other tests.
    const model = { fit: async (_x: Tensor, _y: Tensor, args: object) => args };
    const { result, stderr } = await withStderr(() => fit(model as never, x(), y(), { ...quiet, seed: 1 }));
    expect(stderr).toBe(`${refusal}it is of another copy of tfjs than the one that loadBackend() returns\n`);
    expect(result).toEqual(quiet);
  });

  test('when it is told to', async () => {
    const { ours, theirs } = twins(network);
    const args = { ...quiet, shuffle: false };
    const graphs = openGraphs();
    const history = await fit(ours, x(), y(), { ...args, eager: true });
    expect(openGraphs()).toBe(graphs);
    expectHistory(history, await theirs.fit(x(), y(), args), 1e-6);
  });

  test('validation alone, where that is what cannot be compiled', async () => {
    // Only what trains keeps away from reading.
    class Peeking extends tf.layers.Layer {
      static className = 'Peeking';
      override call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean } = {}): Tensor {
        const x = [inputs].flat()[0]!;
        if (!training) x.dataSync();
        return tf.mul(x, 2);
      }
    }
    const { ours, theirs } = twins(() => network([new Peeking({ name: 'peeking' })]));
    const args = { ...quiet, shuffle: false, epochs: 2, validationSplit: 0.2 };
    const { result, stderr } = await withStderr(() => fit(ours, x(), y(), args));
    expect(stderr).toMatch(/^this model is validated op by op: .*reads the value of .*\n$/);
    expectHistory(result, await theirs.fit(x(), y(), args));
    expectWeights(ours, theirs);
  });
});
