/** Callbacks and history: what they see, in which order, and what they may do. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { fit, type FitArgs } from '../../../../src/backend/graph/model/fit.ts';
import { loadBackend } from '../../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../../src/backend/tf.ts';
import { openGraphs } from '../helpers.ts';
import {
  expectHistory,
  expectWeights,
  numbers,
  oneHot,
  quiet,
  twins,
  withStderr,
  type Model,
  type Twins,
} from './twins.ts';

beforeAll(() => loadBackend());

function network(): Model {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 6, activation: 'relu', inputShape: [4] }));
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const [rows, batchSize] = [40, 16];
const x = () => numbers(1, rows, 4);
const y = () => oneHot(rows, 3);
const plain = { batchSize, epochs: 3, shuffle: false, ...quiet };

type Fit = (model: Model, x: Tensor, y: Tensor, args: FitArgs) => Promise<TensorFlow.History>;
const byTfjs: Fit = (model, x, y, args) => model.fit(x, y, args);

/** Trains both with callbacks of their own, and expects the same history and weights. */
async function expectSame(
  { ours, theirs }: Twins,
  argsFor: (model: Model) => FitArgs,
): Promise<[TensorFlow.History, TensorFlow.History]> {
  const histories: TensorFlow.History[] = [];
  for (const [run, model] of [
    [fit, ours],
    [byTfjs, theirs],
  ] as const)
    histories.push(await run(model, x(), y(), { ...plain, ...argsFor(model) }));
  expectHistory(histories[0]!, histories[1]!);
  expectWeights(ours, theirs);
  return histories as [TensorFlow.History, TensorFlow.History];
}

type Call = readonly [name: string, index: number | undefined, labels: readonly string[]];

function recording(calls: Call[]): TensorFlow.CustomCallbackArgs {
  const see =
    (name: string) =>
    (index: unknown, logs?: unknown): void => {
      const isIndexed = typeof index === 'number';
      calls.push([name, isIndexed ? index : undefined, Object.keys((isIndexed ? logs : index) ?? {})]);
    };
  return {
    onTrainBegin: see('onTrainBegin'),
    onTrainEnd: see('onTrainEnd'),
    onEpochBegin: see('onEpochBegin'),
    onEpochEnd: see('onEpochEnd'),
  };
}

describe('see the same calls with the same logs as in model.fit', () => {
  test.each([0, 0.25])('at epochs, with a validation split of %d', async validationSplit => {
    const seen = new Map<Model, Call[]>();
    const pair = twins(network);
    await expectSame(pair, model => {
      const calls: Call[] = [];
      seen.set(model, calls);
      return { callbacks: recording(calls), validationSplit, epochs: 4, initialEpoch: 1 };
    });
    expect(seen.get(pair.ours)).toEqual(seen.get(pair.theirs));
    expect(seen.get(pair.ours)!.length).toBe(8);
  });

  test('at minibatches', async () => {
    const seen = new Map<Model, [Call[], number[]]>();
    const pair = twins(network);
    await expectSame(pair, model => {
      const [calls, values] = [[] as Call[], [] as number[]];
      seen.set(model, [calls, values]);
      return {
        validationSplit: 0.2,
        callbacks: {
          ...recording(calls),
          onBatchBegin: (batch, logs) => void calls.push(['onBatchBegin', batch, Object.keys(logs!)]),
          onBatchEnd(batch, logs) {
            calls.push(['onBatchEnd', batch, Object.keys(logs!)]);
            values.push(logs!['batch']!, logs!['size']!, logs!['loss']!, logs!['acc']!);
          },
        },
      };
    });
    const [[calls, values], [theirCalls, theirValues]] = [seen.get(pair.ours)!, seen.get(pair.theirs)!];
    expect(calls).toEqual(theirCalls);
    values.forEach((value, index) => expect(value).toBeCloseTo(theirValues[index]!, 4));
  });

  test('in a class, with the model and the parameters', async () => {
    const seen = new Map<Model, unknown[]>();
    class Watching extends tf.Callback {
      readonly seen: unknown[];
      constructor(seen: unknown[]) {
        super();
        this.seen = seen;
      }
      override async onTrainBegin(): Promise<void> {
        this.seen.push({ ...this.params });
      }
      override async onEpochEnd(epoch: number, logs?: TensorFlow.Logs): Promise<void> {
        const { model } = this as unknown as { model: Model };
        this.seen.push(epoch, Object.keys(logs!), model instanceof tf.LayersModel, model.optimizer.iterations);
      }
    }
    const pair = twins(network);
    await expectSame(pair, model => {
      const calls: unknown[] = [];
      seen.set(model, calls);
      return { callbacks: [new Watching(calls)], validationSplit: 0.2 };
    });
    expect(seen.get(pair.ours)).toEqual(seen.get(pair.theirs));
  });
});

describe('may stop the training', () => {
  test('by tf.callbacks.earlyStopping, in the same epoch', async () => {
    const [history] = await expectSame(twins(network), () => ({
      epochs: 30,
      validationSplit: 0.4,
      callbacks: tf.callbacks.earlyStopping({ monitor: 'val_acc', patience: 2 }),
    }));
    expect(history.epoch.length).toBeLessThan(30);
  });

  test.each(['onEpochBegin', 'onEpochEnd', 'onBatchBegin', 'onBatchEnd'])('in %s', async name => {
    const [history] = await expectSame(twins(network), model => ({
      validationSplit: 0.2,
      epochs: 4,
      callbacks: {
        [name](index: number) {
          if (index === 1) model.stopTraining = true;
        },
      },
    }));
    expect(history.epoch.length).toBe(name.includes('Epoch') ? 2 : 1);
  });

  test('from outside, within an epoch', async () => {
    const model = network();
    const many = 200_000;
    const timer = setTimeout(() => {
      model.stopTraining = true;
    }, 300);
    const { epoch } = await fit(model, numbers(1, many, 4), oneHot(many, 3), {
      batchSize: 1,
      epochs: 1000,
      ...quiet,
    });
    clearTimeout(timer);
    expect(epoch.length).toBeLessThan(1000);
    // Steps that were not done do not count.
    expect(model.optimizer.iterations % many).not.toBe(0);
  });
});

describe('may change the model between epochs', () => {
  test('its weights', async () => {
    await expectSame(twins(network), model => ({
      callbacks: {
        onEpochEnd() {
          model.setWeights(model.getWeights().map(weight => tf.mul(weight, 0.9)));
        },
      },
    }));
  });

  test('the learning rate, without another graph', async () => {
    const graphs: number[] = [];
    await expectSame(twins(network), model => ({
      callbacks: {
        onEpochEnd(epoch) {
          (model.optimizer as unknown as { learningRate: number }).learningRate = 0.02 / (epoch + 2);
          graphs.push(openGraphs());
        },
      },
    }));
    expect(new Set(graphs).size).toBe(1);
  });

  test('a regularizer', async () => {
    const build = (): Model => {
      const model = tf.sequential();
      const kernelRegularizer = tf.regularizers.l2({ l2: 0.1 });
      model.add(tf.layers.dense({ units: 3, activation: 'softmax', inputShape: [4], kernelRegularizer }));
      model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
      return model;
    };
    await expectSame(twins(build), model => ({
      callbacks: {
        onEpochEnd(epoch) {
          const { kernelRegularizer } = model.layers[0] as unknown as { kernelRegularizer: { l2: number } };
          kernelRegularizer.l2 = 0.1 / (epoch + 2);
        },
      },
    }));
  });
});

test('errors of callbacks come through, and the model is what it was after the last epoch', async () => {
  const { ours, theirs } = twins(network);
  const failing = {
    ...plain,
    callbacks: {
      onEpochEnd: (epoch: number) => {
        if (epoch === 1) throw new Error('mine');
      },
    },
  };
  for (const [run, model] of [
    [fit, ours],
    [byTfjs, theirs],
  ] as const)
    await expect(run(model, x(), y(), failing)).rejects.toThrow('mine');
  expectWeights(ours, theirs);
  expect(ours.optimizer.iterations).toBe(6);
  expect(Object.hasOwn((ours as unknown as { model: object }).model, 'fitLoop')).toBe(false);
  await expectSame({ ours, theirs }, () => ({}));
});

describe('what is printed', () => {
  test('nothing at verbose 0, a line an epoch otherwise, and nothing on stdout', async () => {
    const silent = await withStderr(() => fit(network(), x(), y(), plain));
    expect(silent.stderr).toBe('');
    const talking = { ...plain, verbose: 1 as never, validationSplit: 0.2 };
    const { stderr } = await withStderr(() => fit(network(), x(), y(), talking));
    expect(stderr).toMatch(/^(epoch \d\/3  val_loss [\d.]+  val_acc [\d.]+  loss [\d.]+  acc [\d.]+  \d+ ms\n){3}$/);
  });
});

test('the history is the model’s, too', async () => {
  const model = network();
  const history = await fit(model, x(), y(), plain);
  expect(history).toBeInstanceOf(tf.History);
  expect((model as unknown as { model: Model }).model.history).toBe(history);
});
