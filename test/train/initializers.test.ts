/**
 * Initializers against the moments of Keras's and the exact distributions of SciPy; numbers and the command that made
 * them: test/golden/make-optim.py.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import { createRng } from '../../src/study/rng.ts';
import { chooseInitializer } from '../../src/train/initializers/initializer-knob.ts';
import { fans } from '../../src/train/initializers/initializer.ts';
import { initializers } from '../../src/train/initializers/index.ts';
import { expectClose } from './waves.ts';

interface Distribution {
  readonly mean: number;
  readonly deviation: number;
  /** Less that of the normal distribution. */
  readonly kurtosis: number;
  readonly quantiles: readonly number[];
}
const { initializers: golden } = JSON.parse(readFileSync(new URL('../golden/optim.json', import.meta.url), 'utf8')) as {
  readonly initializers: {
    readonly shape: readonly number[];
    readonly shares: readonly number[];
    readonly distributions: Readonly<Record<string, Distribution>>;
    readonly fans: readonly { readonly shape: readonly number[]; readonly fans: readonly number[] }[];
  };
};
const { shape, shares, distributions } = golden;

type Name = keyof typeof initializers;

const knobs: Readonly<Partial<Record<Name, object>>> = {
  randomNormal: { mean: 0.3, stddev: 0.7 },
  randomUniform: { minval: -0.2, maxval: 1.1 },
  truncatedNormal: { mean: 0.3, stddev: 0.7 },
};

function drawn(name: Name, of: readonly number[], given: object = {}): Float32Array {
  const { create, knobs } = initializers[name];
  return create(knobs.parse(given) as never)(of, createRng(11, name));
}

it.each(golden.fans)('inputs and outputs of $shape', ({ shape, fans: [fanIn, fanOut] }) => {
  expect(fans(shape)).toEqual({ fanIn, fanOut });
});

describe('distributions', () => {
  it.each(Object.keys(distributions) as Name[])('%s', name => {
    const values = drawn(name, shape, knobs[name]).toSorted();
    const { mean, deviation, kurtosis, quantiles } = distributions[name]!;
    const count = values.length;
    const moment = (power: number, center: number): number =>
      values.reduce((sum, value) => sum + (value - center) ** power, 0) / count;
    const [ownMean, ownVariance] = [moment(1, 0), moment(2, moment(1, 0))];
    // Both are samples: four standard errors of their difference.
    expect(Math.abs(ownMean - mean)).toBeLessThan(4 * deviation * Math.sqrt(2 / count));
    expect(Math.abs(ownVariance / deviation ** 2 - 1)).toBeLessThan(4 * Math.sqrt((2 * (2 + kurtosis)) / count));
    expect(moment(4, ownMean) / ownVariance ** 2 - 3).toBeCloseTo(kurtosis, 1);
    // Kolmogorov-Smirnov at the quantiles, level 0.1 %.
    const furthest = Math.max(
      ...quantiles.map((quantile, index) => Math.abs(countBelow(values, quantile) / count - shares[index]!)),
    );
    expect(furthest).toBeLessThan(1.95 / Math.sqrt(count));
  });

  function countBelow(sorted: Float32Array, limit: number): number {
    const index = sorted.findIndex(value => value > limit);
    return index === -1 ? sorted.length : index;
  }

  it('constant', () => {
    expect(drawn('constant', [2, 2], { value: 0.25 })).toEqual(Float32Array.of(0.25, 0.25, 0.25, 0.25));
  });
});

describe('orthogonal', () => {
  beforeAll(() => loadBackend());

  it.each([[[64, 64]], [[100, 40]], [[40, 100]], [[3, 3, 8, 16]], [[3, 3, 2, 30]]])('kernels of %j', of => {
    const columns = of.at(-1)!;
    const kernel = tf.tensor(drawn('orthogonal', of, { gain: 1.5 })).reshape([-1, columns]) as Tensor;
    const isTall = kernel.shape[0]! >= columns;
    const product = tf.matMul(kernel, kernel, isTall, !isTall);
    expectClose(product.dataSync(), tf.mul(tf.eye(product.shape[0]!), 1.5 ** 2).dataSync(), 1e-5);
  });

  it('is uniform among all: what a fixed vector becomes points anywhere', () => {
    const count = 4000;
    const elements = Array.from({ length: count }, (_, seed) => {
      const { create } = initializers.orthogonal;
      return create({ gain: 1 })([3, 3], createRng(seed, 'orthogonal'))[0]!;
    });
    // An element of a uniform unit vector in three dimensions is uniform on [-1, 1] (Archimedes).
    const furthest = Math.max(
      ...elements.toSorted((a, b) => a - b).map((value, index) => Math.abs((value + 1) / 2 - (index + 0.5) / count)),
    );
    expect(furthest).toBeLessThan(1.95 / Math.sqrt(count));
  });
});

describe('the variance of the signal stays within 2x through 20 layers', () => {
  beforeAll(() => loadBackend());

  const width = 512;
  // Tanh keeps small signals alone.
  it.each<[Name, string, (x: Tensor) => Tensor, number]>([
    ['heNormal', 'relu', x => tf.relu(x), 1],
    ['heUniform', 'relu', x => tf.relu(x), 1],
    ['glorotNormal', 'tanh', x => tf.tanh(x), 0.1],
    ['glorotUniform', 'tanh', x => tf.tanh(x), 0.1],
    ['orthogonal', 'tanh', x => tf.tanh(x), 0.1],
    ['lecunNormal', 'selu', x => tf.selu(x), 1],
    ['lecunUniform', 'selu', x => tf.selu(x), 1],
  ])('%s, %s', (name, _, activate, deviation) => {
    const rng = createRng(5, 'signal', name);
    const { create, knobs } = initializers[name];
    const initialize = create(knobs.parse({}) as never);
    const drawKernel = (): Tensor => tf.tensor(initialize([width, width], rng), [width, width]);
    const examples = Float32Array.from({ length: 64 * width }, () => deviation * rng.normal());
    let sums = tf.matMul(tf.tensor(examples, [64, width]), drawKernel());
    const varianceOf = (x: Tensor): number => tf.mean(tf.square(x)).dataSync()[0]!;
    const first = varianceOf(sums);
    for (let layer = 2; layer <= 20; layer++) {
      sums = tf.matMul(activate(sums), drawKernel());
      expect(varianceOf(sums) / first).toBeGreaterThan(0.5);
      expect(varianceOf(sums) / first).toBeLessThan(2);
    }
  });
});

it.each([
  ['relu', 'heUniform'],
  ['leakyRelu', 'heUniform'],
  ['elu', 'heUniform'],
  ['selu', 'lecunNormal'],
  ['tanh', 'glorotUniform'],
  ['linear', 'glorotUniform'],
] as const)('before %s the default is %s', (activation, name) => {
  const [chosen, expected] = [chooseInitializer(undefined, activation), initializers[name].create({})];
  expect(chosen([3, 4], createRng(1))).toEqual(expected([3, 4], createRng(1)));
});
