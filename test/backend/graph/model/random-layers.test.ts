/** Layers that draw random numbers: what they draw, and that the seed decides it. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fit } from '../../../../src/backend/graph/model/fit.ts';
import { loadBackend } from '../../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../../src/backend/tf.ts';
import { numbers, quiet, withStderr, type Model } from './twins.ts';

beforeAll(() => loadBackend());

type Layer = TensorFlow.layers.Layer;

const [rows, batchSize, features] = [64, 16, 500];

/** A number that is another one for other outputs. */
function fingerprint(_labels: Tensor, outputs: Tensor): Tensor {
  return tf.mean(tf.mul(outputs, numbers(1, features)));
}

function mean(_labels: Tensor, outputs: Tensor): Tensor {
  return tf.mean(outputs);
}

function meanSquare(_labels: Tensor, outputs: Tensor): Tensor {
  return tf.mean(tf.square(outputs));
}

function zeros(_labels: Tensor, outputs: Tensor): Tensor {
  return tf.mean(tf.cast(tf.equal(outputs, 0), 'float32'));
}

/** Hands its input to the layer, and learns nothing. */
function around(layer: Layer, shape: readonly number[] = [features]): Model {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: shape.at(-1)!, kernelInitializer: 'identity', inputShape: [...shape] }));
  model.add(layer);
  const loss = (labels: Tensor, outputs: Tensor): Tensor => tf.mul(tf.mean(tf.sub(labels, outputs)), 0);
  model.compile({ optimizer: 'sgd', loss, metrics: [mean, meanSquare, zeros, fingerprint] });
  return model;
}

interface Seen {
  readonly mean: number;
  readonly variance: number;
  readonly zeros: number;
  /** Of each minibatch. */
  readonly fingerprints: readonly number[];
}

async function train(model: Model, x: Tensor, seed: number, epochs = 2): Promise<Seen> {
  const fingerprints: number[] = [];
  const [, ...shape] = model.outputs[0]!.shape as number[];
  const { result, stderr } = await withStderr(() =>
    fit(model, x, tf.zeros([rows, ...shape]), {
      batchSize,
      epochs,
      seed,
      ...quiet,
      shuffle: false,
      callbacks: { onBatchEnd: (_, logs) => void fingerprints.push(logs!['fingerprint']!) },
    }),
  );
  expect(stderr).toBe('');
  const of = (label: string) => result.history[label]!.at(-1) as number;
  return { mean: of('mean'), variance: of('meanSquare') - of('mean') ** 2, zeros: of('zeros'), fingerprints };
}

const twos = () => tf.mul(tf.ones([rows, features]), 2);
/** 32,000 draws an epoch: four standard deviations of their mean, and more for its square. */
const close = (value: number, expected: number, scale: number) =>
  expect(Math.abs(value - expected)).toBeLessThan((4 * scale) / Math.sqrt(rows * features) + 1e-6);

test('dropout keeps the mean, and zeros as many as it says', async () => {
  const seen = await train(around(tf.layers.dropout({ rate: 0.3 })), twos(), 1);
  close(seen.zeros, 0.3, 0.5);
  close(seen.mean, 2, 2 * Math.sqrt(0.3 / 0.7));
  close(seen.variance, (4 * 0.3) / 0.7, 4);
});

test('dropout with a noise shape drops whole rows', async () => {
  const model = around(tf.layers.dropout({ rate: 0.5, noiseShape: [null, 1] as never }));
  let sums: number[] = [];
  model.compile({ optimizer: 'sgd', loss: (_, outputs) => tf.mul(tf.mean(outputs), 0), metrics: [zeros] });
  const { history } = await fit(model, twos(), tf.zeros([rows, features]), {
    batchSize,
    ...quiet,
    seed: 3,
    epochs: 8,
  });
  sums = history['zeros'] as number[];
  for (const share of sums) expect(share * rows).toBeCloseTo(Math.round(share * rows), 3);
  expect(new Set(sums).size).toBeGreaterThan(1);
});

test('spatial dropout drops a feature at all times', async () => {
  const model = around(tf.layers.spatialDropout1d({ rate: 0.4 }), [5, features]);
  const atFirst = (_: Tensor, outputs: Tensor): Tensor => zeros(_, tf.slice(outputs, [0, 0, 0], [-1, 1, -1]));
  const atAll = (_: Tensor, outputs: Tensor): Tensor => zeros(_, tf.max(outputs, 1));
  model.compile({ optimizer: 'sgd', loss: (_, outputs) => tf.mul(tf.mean(outputs), 0), metrics: [atFirst, atAll] });
  const { history } = await fit(model, tf.ones([rows, 5, features]), tf.zeros([rows, 5, features]), { ...quiet });
  expect(history['atAll']).toEqual(history['atFirst']);
  close(history['atAll']![0] as number, 0.4, 0.5);
});

test('Gaussian noise adds its deviation', async () => {
  const seen = await train(around(tf.layers.gaussianNoise({ stddev: 0.5 })), twos(), 1);
  close(seen.mean, 2, 0.5);
  close(seen.variance, 0.25, 0.5);
});

test('Gaussian dropout multiplies by noise', async () => {
  const seen = await train(around(tf.layers.gaussianDropout({ rate: 0.2 })), twos(), 1);
  close(seen.mean, 2, 1);
  close(seen.variance, 4 * 0.25, 4);
});

test('alpha dropout keeps mean and variance of normal inputs', async () => {
  const x = tf.randomNormal([rows, features], 0, 1, 'float32', 5);
  const seen = await train(around(tf.layers.alphaDropout({ rate: 0.2 })), x, 1);
  close(seen.mean, tf.mean(x).dataSync()[0]!, 2);
  close(seen.variance, 1, 4);
});

test('recurrent cells draw one mask for all times', async () => {
  const cell = { dropout: 0.5, units: 1, activation: 'linear', useBias: false } as const;
  const layer = tf.layers.simpleRNN({ ...cell, kernelInitializer: 'ones', recurrentInitializer: 'ones' });
  const seen = await train(around(layer, [3, features]), tf.ones([rows, 3, features]), 1, 4);
  // Three times the same sum of zeros and twos.
  expect(Math.abs(seen.mean - 3 * features)).toBeLessThan((4 * 3 * Math.sqrt(features)) / Math.sqrt(rows));
  expect(seen.variance).toBeGreaterThan(9 * features * 0.6);
  expect(seen.variance).toBeLessThan(9 * features * 1.5);
});

const layers: Readonly<Record<string, () => Layer>> = {
  dropout: () => tf.layers.dropout({ rate: 0.5 }),
  // tfjs draws the same mask in each step then.
  'dropout with a seed of its own': () => tf.layers.dropout({ rate: 0.5, seed: 7 }),
  gaussianNoise: () => tf.layers.gaussianNoise({ stddev: 1 }),
  'dropout in a model in a model': () => {
    const inner = tf.sequential();
    inner.add(tf.layers.dropout({ rate: 0.5, inputShape: [features] }));
    const outer = tf.sequential();
    outer.add(inner);
    return outer;
  },
};

describe.each(Object.keys(layers))('%s', name => {
  test('draws afresh in each step, and the same from the same seed', async () => {
    const seen = await train(around(layers[name]!()), twos(), 11);
    expect(new Set(seen.fingerprints).size).toBe(8);
    expect((await train(around(layers[name]!()), twos(), 11)).fingerprints).toEqual(seen.fingerprints);
    expect((await train(around(layers[name]!()), twos(), 12)).fingerprints).not.toEqual(seen.fingerprints);
  });
});

test.each(['lstm', 'gru', 'simpleRNN'] as const)(
  '%s with dropout trains by graph, and predicts without',
  async name => {
    const build = (): Model => {
      const model = tf.sequential();
      const dropouts = { dropout: 0.3, recurrentDropout: 0.3 };
      model.add(tf.layers[name]({ units: 8, inputShape: [4, 3], ...dropouts }) as Layer);
      model.add(tf.layers.dense({ units: features }));
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', metrics: [mean, meanSquare, zeros, fingerprint] });
      return model;
    };
    const x = numbers(1, rows, 4, 3);
    const first = build();
    const second = build();
    second.setWeights(first.getWeights());
    const seen = await train(first, x, 1);
    expect((await train(second, x, 1)).fingerprints).toEqual(seen.fingerprints);
    const [a, b] = [first, first].map(model => (model.predict(x) as Tensor).dataSync());
    expect(a).toEqual(b);
  },
);

test('goes on with other draws and another order in the next fit', async () => {
  const model = around(tf.layers.dropout({ rate: 0.5 }));
  const seen = [await train(model, twos(), 1), await train(model, twos(), 1)];
  expect(new Set(seen.flatMap(({ fingerprints }) => fingerprints)).size).toBe(16);
});

test('draws nothing where nothing trains', async () => {
  const model = around(tf.layers.dropout({ rate: 0.5 }));
  const validationData: [Tensor, Tensor] = [twos(), tf.zeros([rows, features])];
  const { history } = await fit(model, twos(), tf.zeros([rows, features]), { ...quiet, validationData });
  expect(history['val_mean']![0]).toBeCloseTo(2, 5);
  expect(history['val_zeros']![0]).toBe(0);
});

test('another rate needs another graph, and gets one', async () => {
  const layer = tf.layers.dropout({ rate: 0.5 });
  const model = around(layer);
  await train(model, twos(), 1);
  (layer as unknown as { rate: number }).rate = 0.1;
  close((await train(model, twos(), 1)).zeros, 0.1, 0.3);
});
