/** Losses, metrics, regularizers and weights of classes. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBackend } from '../../../../src/backend/load.ts';
import { fit } from '../../../../src/backend/graph/model/fit.ts';
import { tf, type Tensor } from '../../../../src/backend/tf.ts';
import {
  classNumbers,
  fitTwins,
  numbers,
  oneHot,
  quiet,
  twins,
  withStderr,
  type CompileArgs,
  type Model,
} from './twins.ts';

beforeAll(() => loadBackend());

function network(activation: string | undefined, units: number, compileArgs: CompileArgs): Model {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 8, activation: 'relu', inputShape: [5] }));
  model.add(tf.layers.dense({ units, activation: activation as never }));
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError', ...compileArgs });
  return model;
}

const args = { batchSize: 16, validationSplit: 0.2 };
const x = () => numbers(1, 50, 5);
const flags = (...shape: number[]) => tf.cast(tf.greater(numbers(2, ...shape), 0), 'float32');
const positives = (...shape: number[]) => tf.add(tf.abs(numbers(2, ...shape)), 0.1);
const floatClasses = () => tf.cast(classNumbers(50, 4), 'float32');

/** By loss: the last activation, the number of outputs and the targets. */
const losses: Readonly<Record<string, readonly [string | undefined, number, () => Tensor]>> = {
  categoricalCrossentropy: ['softmax', 4, () => oneHot(50, 4)],
  sparseCategoricalCrossentropy: ['softmax', 4, floatClasses],
  binaryCrossentropy: ['sigmoid', 3, () => flags(50, 3)],
  meanSquaredError: [undefined, 2, () => numbers(2, 50, 2)],
  meanAbsoluteError: [undefined, 2, () => numbers(2, 50, 2)],
  meanAbsolutePercentageError: ['softplus', 2, () => positives(50, 2)],
  meanSquaredLogarithmicError: ['softplus', 2, () => positives(50, 2)],
  hinge: ['tanh', 2, () => tf.sub(tf.mul(flags(50, 2), 2), 1)],
  squaredHinge: ['tanh', 2, () => tf.sub(tf.mul(flags(50, 2), 2), 1)],
  categoricalHinge: ['softmax', 4, () => oneHot(50, 4)],
  logcosh: [undefined, 2, () => numbers(2, 50, 2)],
  kullbackLeiblerDivergence: ['softmax', 4, () => oneHot(50, 4)],
  poisson: ['softplus', 2, () => positives(50, 2)],
  cosineProximity: [undefined, 3, () => numbers(2, 50, 3)],
};

test.each(Object.keys(losses))('%s', async loss => {
  const [activation, units, targets] = losses[loss]!;
  await fitTwins(
    twins(() => network(activation, units, { loss })),
    x(),
    targets(),
    args,
  );
});

describe('cross-entropy', () => {
  test('of labels that are no probabilities', async () => {
    const labels = tf.mul(oneHot(50, 4), 0.5);
    await fitTwins(
      twins(() => network('softmax', 4, { loss: 'categoricalCrossentropy' })),
      x(),
      labels,
      args,
    );
  });

  test('of class numbers that are none', async () => {
    const labels = tf.sub(floatClasses(), 1);
    await fitTwins(
      twins(() => network('softmax', 4, { loss: 'sparseCategoricalCrossentropy' })),
      x(),
      labels,
      args,
    );
  });

  test('of classes at each place of a sequence', async () => {
    const build = (): Model => {
      const model = tf.sequential();
      model.add(tf.layers.dense({ units: 4, activation: 'softmax', inputShape: [6, 3] }));
      model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
      return model;
    };
    const labels = tf.reshape(oneHot(20 * 6, 4), [20, 6, 4]);
    await fitTwins(twins(build), numbers(1, 20, 6, 3), labels, { batchSize: 8 });
  });

  test('of targets of whole numbers, which are no floats', async () => {
    const build = () => network('softmax', 4, { loss: 'categoricalCrossentropy' });
    await fitTwins(twins(build), x(), tf.cast(oneHot(50, 4), 'int32'), args);
  });
});

describe('of the user', () => {
  test('a loss and metrics that are functions', async () => {
    const rootMeanSquare = (labels: Tensor, outputs: Tensor): Tensor =>
      tf.sqrt(tf.mean(tf.squaredDifference(labels, outputs)));
    const loss = (labels: Tensor, outputs: Tensor): Tensor => tf.losses.huberLoss(labels, outputs, undefined, 0.5);
    const build = () => network(undefined, 2, { loss, metrics: [rootMeanSquare, 'mae', tf.metrics.cosineProximity] });
    await fitTwins(twins(build), x(), numbers(2, 50, 2), args);
  });

  test('a metric that reads values: the model trains the ordinary way, which is said with the line', async () => {
    const peek = (labels: Tensor, outputs: Tensor): Tensor => tf.scalar(tf.sum(tf.sub(labels, outputs)).dataSync()[0]!);
    const model = network(undefined, 2, { metrics: [peek] });
    const { stderr } = await withStderr(() => fit(model, x(), numbers(2, 50, 2), quiet));
    expect(stderr).toMatch(
      /^this model trains the ordinary way, without a graph: the step reads the value of Sum \(.*losses\.test\.ts:\d+:\d+\)\n$/,
    );
  });
});

test.each(['accuracy', 'crossentropy', 'categoricalAccuracy', 'precision', 'mse', 'cosine'])(
  'the metric %s',
  async metric => {
    const build = () => network('softmax', 4, { loss: 'categoricalCrossentropy', metrics: [metric] });
    await fitTwins(twins(build), x(), oneHot(50, 4), args);
  },
);

test('regularizers', async () => {
  const build = (): Model => {
    const model = tf.sequential();
    const kernelRegularizer = tf.regularizers.l1l2({ l1: 0.01, l2: 0.02 });
    model.add(tf.layers.dense({ units: 8, activation: 'relu', inputShape: [5], kernelRegularizer }));
    model.add(tf.layers.dense({ units: 1, biasRegularizer: tf.regularizers.l2({ l2: 0.1 }) }));
    model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
    return model;
  };
  await fitTwins(twins(build), x(), numbers(2, 50, 1), args);
});

test('weights of classes', async () => {
  const classWeight = { 0: 0.5, 1: 2, 2: 1, 3: 0 };
  const build = () => network('softmax', 4, { loss: 'categoricalCrossentropy' });
  await fitTwins(twins(build), x(), oneHot(50, 4), { ...args, classWeight });
});

describe('two outputs', () => {
  const build = (compileArgs: CompileArgs, names: readonly [string, string]) => (): Model => {
    const input = tf.input({ shape: [5] });
    const hidden = tf.layers.dense({ units: 8, activation: 'relu' }).apply(input) as typeof input;
    const outputs = names.map(
      name => tf.layers.dense({ units: 3, activation: 'softmax', name }).apply(hidden) as typeof input,
    );
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', ...compileArgs });
    return model;
  };
  const targets = () => [oneHot(50, 3), tf.softmax(numbers(4, 50, 3))];
  // Names of layers are for one model each.
  let count = 0;
  const names = (): [string, string] => [`left${count++}`, `right${count++}`];

  test('with a loss each, as an array', async () => {
    const loss = ['categoricalCrossentropy', 'meanSquaredError'];
    await fitTwins(twins(build({ loss, metrics: ['accuracy'] }, names())), x(), targets(), args);
  });

  test('with a loss each, by name, and weights of classes for one of them', async () => {
    const [left, right] = names();
    const loss = { [left]: 'categoricalCrossentropy', [right]: 'categoricalCrossentropy' };
    const classWeight = { [left]: { 0: 1, 1: 2, 2: 3 } } as never;
    const y = { [left]: oneHot(50, 3), [right]: oneHot(50, 3) };
    await fitTwins(twins(build({ loss }, [left, right])), x(), y, { batchSize: 16, classWeight });
  });
});
