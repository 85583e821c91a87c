import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { withNativeGradients } from '../../../src/backend/native-ops/gradients.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { expectClose, wave } from './tensors.ts';

function normalize(x: Tensor, mean: Tensor, root: Tensor, offset: Tensor, scale: Tensor): Tensor {
  return tf.batchNorm(x, mean as never, tf.square(root) as never, offset as never, scale as never);
}

/** Per kernel whose gradient is replaced, functions that use it, with the shapes of their inputs. */
const functions: Readonly<Record<string, readonly (readonly [(...xs: any[]) => Tensor, ...number[][]])[]>> = {
  Relu: [[x => tf.relu(x), [3, 4]]],
  Relu6: [[x => tf.relu6(tf.mul(x, 8)), [3, 4]]],
  LeakyRelu: [[x => tf.leakyRelu(x, 0.3), [3, 4]]],
  Selu: [[x => tf.selu(x), [3, 4]]],
  Sigmoid: [[x => tf.sigmoid(x), [3, 4]]],
  Tanh: [[x => tf.tanh(x), [3, 4]]],
  Softplus: [[x => tf.softplus(x), [3, 4]]],
  Sum: [
    [x => tf.sum(x), [3, 4]],
    [x => tf.sum(x, 0), [3, 4]],
    [x => tf.sum(x, [1, 2], true), [2, 3, 4]],
    [x => tf.sum(x), []],
  ],
  Mean: [
    [x => tf.mean(x), [3, 4]],
    [x => tf.mean(x, -1), [3, 4]],
    [x => tf.mean(x, [0, 2], true), [2, 3, 4]],
  ],
  Add: [
    [(a, b) => tf.add(a, b), [3, 4], [3, 4]],
    [(a, b) => tf.add(a, b), [3, 4], [4]],
    [(a, b) => tf.add(a, b), [4], [3, 4]],
    [(a, b) => tf.add(a, b), [2, 3, 3, 4], [1, 1, 1, 4]],
    [(a, b) => tf.add(a, b), [2, 3, 4], [3, 4]],
    [(a, b) => tf.add(a, b), [3, 1], [1, 4]],
    [(a, b) => tf.add(a, b), [3, 4], []],
    [(a, b) => tf.add(a, b), [3, 1], [1]],
    [(a, b) => tf.add(a, b), [4], [1]],
    [a => tf.add(a, a), [3, 4]],
  ],
  FusedBatchNorm: [
    [normalize, [2, 3, 2, 4], [4], [4], [4], [4]],
    [normalize, [5, 4], [4], [4], [4], [4]],
    [normalize, [2, 3, 1, 4], [2, 3, 1, 4], [2, 3, 1, 4], [2, 3, 1, 4], [2, 3, 1, 4]],
  ],
};
const kernels = Object.keys(functions);

beforeAll(() => loadBackend());

describe('native gradients equal the originals', () => {
  it.each(kernels)('%s', kernel => {
    for (const [f, ...shapes] of functions[kernel]!) {
      const inputs = shapes.map((shape, i) => wave(shape, i + 0.5));
      const dy = wave(f(...inputs).shape, 2);
      const expected = tf.grads(f)(inputs, dy);
      const native = withNativeGradients(() => tf.grads(f)(inputs, dy));
      native.forEach((gradient, i) => expectClose(gradient, expected[i]!, 1e-6));
    }
  });

  it.each<[string, (x: Tensor) => Tensor]>([
    ['a split', x => tf.split(x, 1)[0]!],
    ['an unstacked axis', x => tf.unstack(tf.reshape(x, [3, 1, 4]), 1)[0]!],
  ])('and there is one of %s of one part, for which tfjs has none', (_, f) => {
    const [x, dy] = [wave([3, 4], 0), wave([3, 4], 1)];
    expect(() => tf.grad(f)(x, dy)).toThrow(/Tensor\[\]|at least one tensor/);
    expectClose(
      withNativeGradients(() => tf.grad(f)(x, dy)),
      dy,
      1e-7,
    );
  });

  it('for a layers model', () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 2], filters: 4, kernelSize: 3, activation: 'relu' }),
        tf.layers.batchNormalization(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 5, activation: 'selu' }),
        tf.layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    const weights = model.trainableWeights.map((weight, i) => wave(weight.shape as number[], i, 0.4));
    model.trainableWeights.forEach((weight, i) => weight.write(weights[i]!));
    const x = wave([4, 8, 8, 2], 0);
    const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0], 'int32'), 3);
    const gradients = (): Tensor[] => {
      const loss = (): Tensor => {
        const output = model.apply(x, { training: true }) as Tensor;
        return tf.mean(tf.metrics.categoricalCrossentropy(labels, output));
      };
      const { grads } = tf.variableGrads(loss as never);
      return model.trainableWeights.map(weight => grads[weight.name]!);
    };
    const expected = gradients();
    withNativeGradients(gradients).forEach((gradient, i) => expectClose(gradient, expected[i]!, 2e-6));
  });
});

describe('the originals are back', () => {
  const registered = (): unknown[] => kernels.map(kernel => tf.getGradient(kernel));

  it('after a run, whose result is returned', () => {
    const before = registered();
    const inside = withNativeGradients(registered);
    inside.forEach((gradient, i) => expect(gradient).not.toBe(before[i]));
    expect(registered()).toEqual(before);
    registered().forEach((gradient, i) => expect(gradient).toBe(before[i]));
  });

  it('after an error and after a run inside a run', () => {
    const before = registered();
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => withNativeGradients(() => withNativeGradients(fail))).toThrow('no');
    registered().forEach((gradient, i) => expect(gradient).toBe(before[i]));
  });
});

it('a gradient of a gradient is refused, not wrong', () => {
  const second = (): Tensor => tf.grad(x => tf.grad(tf.tanh)(x))(tf.scalar(0.5));
  expect(() => withNativeGradients(second)).toThrow('gradients of gradients');
});
