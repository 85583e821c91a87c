/** tfjs's optimizers: the same steps as in `model.fit`, alone and taking turns with it. */
import type { Optimizer } from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { loadBackend } from '../../../../src/backend/load.ts';
import { fit } from '../../../../src/backend/graph/model/fit.ts';
import { tf } from '../../../../src/backend/tf.ts';
import { openGraphs } from '../helpers.ts';
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

function network(optimizer: Optimizer): Model {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 6, activation: 'tanh', inputShape: [4] }));
  model.add(tf.layers.batchNormalization());
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const data = () => [numbers(1, 50, 4), oneHot(50, 3)] as const;
const args = { batchSize: 16, epochs: 2, shuffle: false, ...quiet };

const optimizers: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.8),
  'momentum of Nesterov': () => tf.train.momentum(0.05, 0.8, true),
  adagrad: () => tf.train.adagrad(0.1, 0.2),
  adadelta: () => tf.train.adadelta(0.5, 0.9),
  adam: () => tf.train.adam(0.02, 0.8, 0.99),
  adamax: () => tf.train.adamax(0.02, 0.8, 0.99, 1e-7, 0.01),
  rmsprop: () => tf.train.rmsprop(0.01, 0.8, 0.5),
};

test.each(Object.keys(optimizers))('%s, and on with model.fit and back', async name => {
  const pair = twins(() => network(optimizers[name]!()));
  const [x, y] = data();
  await fitTwins(pair, x, y, args);
  const { ours, theirs } = pair;
  expectHistory(await ours.fit(x, y, args), await theirs.fit(x, y, args));
  expectWeights(ours, theirs);
  await fitTwins(pair, x, y, args);
  expect(ours.optimizer.iterations).toBe(theirs.optimizer.iterations);
});

test.each(Object.keys(optimizers))('%s takes another learning rate without another graph', async name => {
  const pair = twins(() => network(optimizers[name]!()));
  const [x, y] = data();
  await fitTwins(pair, x, y, args);
  const before = openGraphs();
  for (const model of [pair.ours, pair.theirs]) {
    const { optimizer } = model as unknown as {
      optimizer: { learningRate: number; setLearningRate?(rate: number): void };
    };
    if (optimizer.setLearningRate) optimizer.setLearningRate(0.03);
    else optimizer.learningRate = 0.03;
  }
  await fitTwins(pair, x, y, args);
  expect(openGraphs()).toBe(before);
});

test('other settings of an optimizer need another graph', async () => {
  const pair = twins(() => network(tf.train.adam(0.01)));
  const [x, y] = data();
  await fitTwins(pair, x, y, args);
  for (const model of [pair.ours, pair.theirs]) (model.optimizer as unknown as { beta1: number }).beta1 = 0.5;
  await fitTwins(pair, x, y, args);
});

test("an optimizer of the user's own", async () => {
  /** Steps as long as the gradient of each weight, but no longer than the rate. */
  class Clipped extends tf.SGDOptimizer {
    override applyGradients(gradients: { name: string; tensor: ReturnType<typeof tf.tensor> }[]): void {
      super.applyGradients(gradients.map(({ name, tensor }) => ({ name, tensor: tf.clipByValue(tensor, -0.1, 0.1) })));
    }
  }
  await fitTwins(
    twins(() => network(new Clipped(0.5))),
    ...data(),
    args,
  );
});

test.each(['tensor', 'number'])(
  'an optimizer that keeps a %s from step to step trains the ordinary way',
  async kind => {
    class Fading extends tf.SGDOptimizer {
      tensor = tf.keep(tf.scalar(0.1));
      number = 0.1;
      override applyGradients(gradients: { name: string; tensor: ReturnType<typeof tf.tensor> }[]): void {
        const factor = kind === 'tensor' ? this.tensor : this.number;
        super.applyGradients(gradients.map(({ name, tensor }) => ({ name, tensor: tf.mul(tensor, factor) })));
        if (kind === 'tensor') this.tensor = tf.keep(tf.mul(this.tensor, 0.5));
        else this.number *= 0.5;
      }
    }
    const { ours, theirs } = twins(() => network(new Fading(0.5)));
    const [x, y] = data();
    const { stderr } = await withStderr(() => fit(ours, x, y, args));
    expect(stderr).toBe(
      `this model trains the ordinary way, without a graph: the optimizer: its ${kind} changes from step to step\n`,
    );
    await theirs.fit(x, y, args);
    // What is kept in tensors has seen one step more: nobody can put it back.
    if (kind === 'number') expectWeights(ours, theirs);
  },
);

test('an optimizer that has learned goes on after it was saved', async () => {
  const pair = twins(() => network(tf.train.adam(0.01)));
  const [x, y] = data();
  await fitTwins(pair, x, y, args);
  for (const model of [pair.ours, pair.theirs]) await model.optimizer.setWeights(await model.optimizer.getWeights());
  await fitTwins(pair, x, y, args);
});
