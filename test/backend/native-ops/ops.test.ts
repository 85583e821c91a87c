/** Values and gradients of native ops; numbers and the command that made them: test/golden/make-native-ops.py. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { abs } from '../../../src/backend/native-ops/abs.ts';
import { batchNormInference, batchNormTraining } from '../../../src/backend/native-ops/batch-norm.ts';
import { biasAdd } from '../../../src/backend/native-ops/bias-add.ts';
import { elu } from '../../../src/backend/native-ops/elu.ts';
import { leakyRelu } from '../../../src/backend/native-ops/leaky-relu.ts';
import { maxout } from '../../../src/backend/native-ops/maxout.ts';
import { mean } from '../../../src/backend/native-ops/mean.ts';
import { relu } from '../../../src/backend/native-ops/relu.ts';
import { relu6 } from '../../../src/backend/native-ops/relu6.ts';
import { selu } from '../../../src/backend/native-ops/selu.ts';
import { sigmoidCrossEntropy } from '../../../src/backend/native-ops/sigmoid-cross-entropy.ts';
import { sigmoid } from '../../../src/backend/native-ops/sigmoid.ts';
import {
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
} from '../../../src/backend/native-ops/softmax-cross-entropy.ts';
import { softplus } from '../../../src/backend/native-ops/softplus.ts';
import { statelessNormal } from '../../../src/backend/native-ops/stateless-normal.ts';
import { statelessUniform } from '../../../src/backend/native-ops/stateless-uniform.ts';
import { tanh } from '../../../src/backend/native-ops/tanh.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { expectClose, tensorOf, wave, type Numbers } from './tensors.ts';

interface Case {
  readonly inputs: readonly Numbers[];
  readonly dy: Numbers;
  readonly values: readonly Numbers[];
  readonly gradients: readonly Numbers[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/native-ops.json', import.meta.url), 'utf8')) as {
  readonly labels: Numbers;
  readonly mean: Numbers;
  readonly variance: Numbers;
  readonly random: Readonly<Record<'statelessUniform' | 'statelessNormal', Numbers>>;
  readonly cases: Readonly<Record<string, Case>>;
};

const epsilon = 1e-3;
/** Ops by the first word of their cases: values, of which the first is differentiated. */
const ops: Readonly<Record<string, (x: Tensor, ...others: Tensor[]) => Tensor[]>> = {
  relu: x => [relu(x)],
  relu6: x => [relu6(x)],
  leakyRelu: x => [leakyRelu(x, 0.25)],
  elu: x => [elu(x)],
  selu: x => [selu(x)],
  sigmoid: x => [sigmoid(x)],
  tanh: x => [tanh(x)],
  softplus: x => [softplus(x)],
  abs: x => [abs(x)],
  biasAdd: (x, bias) => [biasAdd(x, bias!)],
  mean: x => [x.rank === 3 ? mean(x, -1) : mean(x)],
  maxout: x => [maxout(x, 3)],
  softmaxCrossEntropy: x => [softmaxCrossEntropy(x, tensorOf(golden.labels))],
  sparseSoftmaxCrossEntropy: x => [sparseSoftmaxCrossEntropy(x, tf.tensor1d([0, 1, 2, 0], 'int32'))],
  sigmoidCrossEntropy: x => [sigmoidCrossEntropy(x, tensorOf(golden.labels))],
  batchNormTraining(x, scale, offset) {
    const { output, mean, variance } = batchNormTraining(x, scale!, offset!, epsilon);
    return [output, mean, variance];
  },
  batchNormInference: (x, scale, offset) => [
    batchNormInference(x, scale!, offset!, tensorOf(golden.mean), tensorOf(golden.variance), epsilon),
  ],
};

beforeAll(() => loadBackend());

describe('values and gradients follow TensorFlow', () => {
  it.each(Object.entries(golden.cases))('%s', (name, { inputs, dy, values, gradients }) => {
    const op = ops[name.split(' ')[0]!]!;
    const tensors = inputs.map(tensorOf);
    op(...(tensors as [Tensor])).forEach((value, i) => expectClose(value, tensorOf(values[i]!), 5e-6));
    const { value, grads } = tf.valueAndGrads((...xs) => op(...(xs as [Tensor]))[0]!)(tensors, tensorOf(dy));
    expectClose(value, tensorOf(values[0]!), 5e-6);
    expect(grads.length).toBe(gradients.length);
    grads.forEach((gradient, i) => expectClose(gradient, tensorOf(gradients[i]!), 5e-6));
  });

  it.each(Object.keys(ops))('%s has a case', name =>
    expect(Object.keys(golden.cases).map(key => key.split(' ')[0])).toContain(name),
  );
});

it('normalization with given statistics has the gradients of these, too', () => {
  const [x, scale, offset, mean] = [wave([7, 3], 0), wave([3], 1), wave([3], 2), wave([3], 3)];
  const [variance, weights] = [tf.add(tf.abs(wave([3], 4)), 0.5), wave([7, 3], 5)];
  const sum = (...[mean, variance]: Tensor[]) =>
    tf.sum(tf.mul(weights, batchNormInference(x, scale, offset, mean!, variance!, epsilon)));
  const gradients = tf.grads(sum)([mean, variance]);
  [mean, variance].forEach((_, input) => {
    const at = (channel: number, by: number) => {
      const move = tf.mul(by, tf.oneHot(tf.tensor1d([channel], 'int32'), 3).reshape([3]));
      return sum(
        input === 0 ? tf.add(mean, move) : mean,
        input === 1 ? tf.add(variance, move) : variance,
      ).dataSync()[0]!;
    };
    const differences = [0, 1, 2].map(channel => (at(channel, 0.01) - at(channel, -0.01)) / 0.02);
    expectClose(gradients[input]!, tf.tensor1d(differences), 2e-3);
  });
});

it('cross-entropies keep small losses exact', () => {
  const expected = Math.log1p(Math.exp(-16));
  const loss = sigmoidCrossEntropy(tf.tensor1d([16, -16]), tf.tensor1d([1, 0])).dataSync();
  expect(loss[0]! / expected).toBeCloseTo(1, 5);
  expect(loss[1]! / expected).toBeCloseTo(1, 5);
});

it('maxout gives the gradient of equal pieces to the first', () => {
  const gradient = tf.grad(x => maxout(x, 2))(tf.tensor2d([[3, 1, 3, 2]]), tf.tensor2d([[10, 20]]));
  expect([...gradient.dataSync()]).toEqual([10, 0, 0, 20]);
});

it('an output may be used twice', () => {
  const [x, bias] = [wave([2, 3], 0), wave([3], 1)];
  const twice = (add: (x: Tensor, bias: Tensor) => Tensor) => (x: Tensor, bias: Tensor) =>
    tf.add(tf.mul(add(add(x, bias), bias), x), x);
  const expected = tf.grads(twice(tf.add))([x, bias]);
  tf.grads(twice(biasAdd))([x, bias]).forEach((gradient, i) => expectClose(gradient, expected[i]!, 1e-6));
});

describe('random numbers follow TensorFlow', () => {
  it.each(Object.entries({ statelessUniform, statelessNormal }))('%s', (name, draw) => {
    const expected = golden.random[name as keyof typeof golden.random];
    expectClose(draw([2, 3], tf.tensor1d([7, 5], 'int32')), tensorOf(expected), 1e-6);
  });
});

it('a gradient of a gradient is refused, not wrong', () => {
  const second = tf.grad(x => tf.grad(tanh)(x));
  expect(() => second(tf.scalar(0.5))).toThrow('gradients of gradients');
});

it('nothing is left behind', () => {
  const kept = Object.entries(golden.cases).map(([name, { inputs, dy }]) => ({
    op: ops[name.split(' ')[0]!]!,
    inputs: inputs.map(tensorOf),
    dy: tensorOf(dy),
  }));
  const before = tf.memory().numTensors;
  for (const { op, inputs, dy } of kept)
    tf.tidy(() => void tf.grads((...xs) => op(...(xs as [Tensor]))[0]!)(inputs, dy));
  expect(tf.memory().numTensors).toBe(before);
});
