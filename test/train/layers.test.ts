/** Layers against Keras and papers, their saved models, and their refusals; numbers: test/golden/make-layers.py. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { withNativeOps } from '../../src/backend/native-ops/native.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import { inferencePass } from '../../src/train/evaluate.ts';
import { freeze } from '../../src/train/layers/frozen.ts';
import type { LayerPlan, WeightSpec } from '../../src/train/layers/layer.ts';
import { hyperOf, packed, planOf } from './plans.ts';
import { expectClose, wave } from './waves.ts';

interface Run {
  readonly losses: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
  readonly statistics: readonly (readonly number[])[];
  readonly outputs: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/layers.json', import.meta.url), 'utf8')) as {
  readonly runs: Readonly<Record<string, Run>>;
};

beforeAll(() => loadBackend());

describe('networks train as in Keras or the paper for 20 steps', () => {
  const [image, vector] = [
    [6, 6, 6, 2],
    [8, 5],
  ];
  const same = { padding: 'same' };
  const conv = (filters: number, more = {}): Json => ({ conv2d: { filters, ...same, ...more } });
  const inside = { kernelSize: 3, strides: 2, depthMultiplier: 2, ...same };
  const concrete = { rate: 0.2, weightRegularizer: 0.01, dropoutRegularizer: 0.02 };
  const runs: Readonly<Record<string, readonly [input: readonly number[], ...layers: Json[]]>> = {
    depthwiseConv2d: [image, conv(2), { depthwiseConv2d: { ...inside, activation: 'tanh' } }, 'flatten'],
    'depthwiseConv2d valid': [image, conv(2), { depthwiseConv2d: { kernelSize: [2, 3], useBias: false } }, 'flatten'],
    separableConv2d: [image, conv(2), { separableConv2d: { filters: 3, ...inside, activation: 'elu' } }, 'flatten'],
    'conv2dTranspose same': [
      image,
      conv(2),
      { conv2dTranspose: { filters: 3, strides: 2, ...same, activation: 'tanh' } },
      'flatten',
    ],
    'conv2dTranspose valid': [
      image,
      conv(2),
      { conv2dTranspose: { filters: 3, kernelSize: [4, 3], strides: [2, 1] } },
      'flatten',
    ],
    'conv2dTranspose larger strides': [
      image,
      conv(2),
      { conv2dTranspose: { filters: 2, kernelSize: 2, strides: 3, useBias: false } },
      'flatten',
    ],
    globalAveragePool: [image, conv(4), { activation: 'tanh' }, 'globalAveragePool'],
    globalMaxPool: [image, conv(4), 'globalMaxPool'],
    reshape: [vector, { dense: 24 }, { reshape: [3, -1, 2] }, conv(3), 'flatten'],
    'upsample nearest': [image, conv(2), { upsample: [2, 3] }, conv(2), 'flatten'],
    'upsample bilinear': [
      image,
      conv(2),
      { upsample: { size: [2, 3], interpolation: 'bilinear' } },
      conv(2),
      'flatten',
    ],
    'residual, dense shortcut': [
      vector,
      { dense: 4 },
      { residual: [{ dense: { units: 3, activation: 'tanh' } }, { dense: 3 }] },
    ],
    'residual, convolution as shortcut': [
      image,
      {
        residual: {
          layers: [
            conv(3, { strides: 2, useBias: false }),
            { batchNorm: { momentum: 0.9 } },
            { activation: 'tanh' },
            conv(3),
          ],
          activation: 'relu',
        },
      },
      'flatten',
    ],
    'residual, identity': [
      image,
      conv(3),
      { residual: { layers: [conv(3), { activation: 'tanh' }, conv(3)], activation: 'elu' } },
      'flatten',
    ],
    'repeat, last': [
      image,
      conv(3),
      {
        repeat: {
          times: 2,
          layers: [conv(3, { useBias: false }), { batchNorm: { momentum: 0.8, epsilon: 0.1 } }, { activation: 'tanh' }],
        },
      },
      'flatten',
    ],
    'repeat, learned': [
      image,
      conv(3),
      { repeat: { times: 4, layers: [conv(3, { activation: 'tanh' })], combine: 'learned' } },
    ],
    'tied, dense, the way back': [
      vector,
      { dense: { units: 3, activation: 'tanh', name: 'encoder' } },
      { tied: { to: 'encoder', transpose: true } },
    ],
    'tied, dense': [vector, { dense: { units: 5, activation: 'tanh' } }, { tied: '0.dense' }],
    'tied, convolution, the way back': [
      image,
      conv(4, { strides: 2, activation: 'tanh', name: 'encoder' }),
      { tied: { to: 'encoder', transpose: true, strides: 2, ...same } },
    ],
    'tied, convolution': [
      image,
      conv(2, { activation: 'tanh' }),
      { tied: { to: '0.conv2d', ...same, activation: 'tanh' } },
    ],
    gaussianDropout: [vector, { dense: 4 }, { gaussianDropout: 0.3 }],
    spatialDropout: [image, conv(4), { spatialDropout: 0.4 }],
    'concreteDropout, dense': [
      vector,
      { dense: { units: 4, activation: 'tanh' } },
      { concreteDropout: { layer: { dense: 3 }, ...concrete } },
    ],
    'concreteDropout, channels': [
      image,
      conv(4, { activation: 'tanh' }),
      { concreteDropout: { layer: conv(3), ...concrete } },
    ],
  };

  it('all of them', () => expect(Object.keys(runs)).toEqual(Object.keys(golden.runs)));

  it.each(Object.keys(runs))('%s', name => {
    const [shape, ...layers] = runs[name]!;
    const plan = planOf(layers, shape.slice(1));
    const x = wave(shape, 3, 1);
    const hyper = hyperOf(plan);
    const expected = golden.runs[name]!;
    let weights = plan.weights.map(firstValues);
    let statistics: readonly Tensor[] = plan.statistics.map(firstValues);
    const losses: number[] = [];
    for (let step = 0; step < 20; step++) {
      const pass = {
        hyper,
        training: true,
        earlier: () => [],
        uniform: (of: readonly number[]) => tf.add(wave(of, step, 0.49), 0.5),
        normal: (of: readonly number[]) => wave(of, step, 1.5),
      };
      let moved: readonly Tensor[] = [];
      const loss = (...now: Tensor[]): Tensor => {
        const applied = plan.apply(x, { ...pass, weights: now, statistics });
        moved = applied.statistics.map(tensor => tf.keep(tensor));
        const distance = tf.mean(tf.squaredDifference(applied.output, wave(applied.output.shape, 2, 1)));
        return applied.penalty ? tf.add(distance, applied.penalty) : distance;
      };
      const { value, grads } = withNativeOps(() => tf.valueAndGrads(loss as never)(weights));
      if (step === 0) grads.forEach((gradient, i) => expectClose(gradient.dataSync(), expected.gradients[i]!));
      weights = weights.map((weight, i) => tf.sub(weight, tf.mul(grads[i]!, 0.1)));
      statistics = moved;
      losses.push(value.dataSync()[0]!);
    }
    expectClose(losses, expected.losses);
    weights.forEach((weight, i) => expectClose(weight.dataSync(), expected.weights[i]!));
    statistics.forEach((average, i) => expectClose(average.dataSync(), expected.statistics[i]!));
    const { output } = plan.apply(x, { ...inferencePass(plan, packed(plan, weights, statistics), hyper) });
    expect(output.shape.slice(1)).toEqual(plan.output);
    const every = Math.max(1, Math.floor(output.size / 64));
    expectClose(
      output.dataSync().filter((_, i) => i % every === 0),
      expected.outputs,
    );
  });

  function firstValues({ name, shape, initialize }: WeightSpec, index: number): Tensor {
    const isWave = name.toLowerCase().endsWith('kernel');
    return isWave ? wave(shape, index, 0.3) : tf.tensor(initialize(shape, createRng(1, name)), [...shape]);
  }
});

describe('frozen layers inside', () => {
  const layers: Json[] = [
    { dense: { units: 5, name: 'encoder' } },
    { residual: [{ dense: 3 }, { dense: 4 }] },
    { repeat: { times: 2, layers: [{ dense: 4 }, 'batchNorm'], combine: 'learned' } },
  ];

  it.each([
    [['1.residual.0.dense'], ['1.residual.0.dense.kernel', '1.residual.0.dense.bias']],
    [['1.residual.2.shortcut'], ['1.residual.2.shortcut.kernel']],
    [['2.repeat.0.dense'], ['2.repeat.0.dense.kernel', '2.repeat.0.dense.bias']],
  ])('%s', (patterns, names) => {
    const plan = planOf(layers, [5]);
    const frozen = freeze(plan, patterns);
    expect(frozen.weights.map(({ name }) => name)).toEqual(
      plan.weights.map(({ name }) => name).filter(name => !names.includes(name)),
    );
    const values = new Map(plan.weights.map(({ name, shape }, index) => [name, wave(shape, index)] as const));
    const given = (of: LayerPlan) => {
      const value = ({ name, shape }: WeightSpec): Tensor => values.get(name) ?? tf.ones([...shape]);
      return inferencePass(of, packed(of, of.weights.map(value), of.statistics.map(value)), {});
    };
    const x = wave([3, 5], 1);
    expectClose(frozen.apply(x, given(frozen)).output.dataSync(), plan.apply(x, given(plan)).output.dataSync(), 1e-7);
  });
});

describe('gradients of native ops are those of finite differences', () => {
  const cases: Readonly<Record<string, Json[]>> = {
    conv2dTranspose: [{ conv2dTranspose: { filters: 2, kernelSize: [3, 2], strides: [2, 1], padding: 'same' } }],
    'bilinear interpolation': [{ upsample: { size: [3, 2], interpolation: 'bilinear' } }],
  };

  it.each(Object.keys(cases))('%s', name => {
    const shape = [3, 4, 2];
    const plan = planOf(cases[name]!, shape);
    const weights = plan.weights.map(({ shape: of }, i) => wave(of, i));
    const sum = (...tensors: Tensor[]): Tensor => {
      const [x, ...own] = tensors;
      const pass = { ...inferencePass(plan, packed(plan, own, []), {}), weights: own };
      const { output } = plan.apply(x!, pass);
      return tf.sum(tf.mul(output, wave(output.shape, 2)));
    };
    const inputs = [tf.add(wave([2, ...shape], 1), wave([2, ...shape], 0.3, 0.2).square()), ...weights];
    const gradients = withNativeOps(() => tf.grads(sum as never)(inputs));
    inputs.forEach((input, at) => {
      const change = 1e-2;
      for (let index = 0; index < input.size; index += Math.ceil(input.size / 60)) {
        const moved = (by: number): number => {
          const values = input.dataSync().slice();
          values[index]! += by;
          return sum(...inputs.map((other, i) => (i === at ? tf.tensor(values, input.shape) : other))).dataSync()[0]!;
        };
        const slope = (moved(change) - moved(-change)) / (2 * change);
        expect(gradients[at]!.dataSync()[index]).toBeCloseTo(slope, 3);
      }
    });
  });
});

it('of a large image, the place of the largest value gets the gradient', () => {
  const plan = planOf(['globalMaxPool'], [20, 20, 2]);
  // Every value twice, so that places compete.
  const values = Float32Array.from({ length: 3 * 800 }, (_, i) => ((i >> 2) * 7919) % 601);
  const x = tf.tensor(values, [3, 20, 20, 2]);
  const dy = wave([3, 2], 1);
  const f = (x: Tensor): Tensor => plan.apply(x, inferencePass(plan, packed(plan, [], []), {})).output;
  const gradient = withNativeOps(() => tf.grad(f)(x, dy)).dataSync();
  const largest = f(x).dataSync();
  const sums = new Float32Array(6);
  gradient.forEach((value, index) => {
    const channel = Math.floor(index / 800) * 2 + (index % 2);
    sums[channel]! += value;
    expect(value === 0 || values[index] === largest[channel]).toBe(true);
  });
  expect(largest).toEqual(tf.max(x, [1, 2]).dataSync());
  expect(gradient.filter(value => value !== 0)).toHaveLength(6);
  expectClose(sums, dy.dataSync(), 1e-7);
});

it('flops and weights are those of the equations', () => {
  const of = (layer: Json, input: readonly number[]): [number, number[][]] => {
    const { flops, weights } = planOf([layer], input);
    return [flops, weights.map(({ shape }) => [...shape])];
  };
  // Two for each product: pixels of the output x kernel x channels.
  expect(of({ depthwiseConv2d: { depthMultiplier: 3 } }, [6, 6, 2])).toEqual([2 * 16 * 9 * 6, [[3, 3, 2, 3], [6]]]);
  expect(of({ separableConv2d: 5 }, [6, 6, 2])).toEqual([2 * 16 * (9 * 2 + 2 * 5), [[3, 3, 2, 1], [1, 1, 2, 5], [5]]]);
  // Each pixel of the input goes through the whole kernel.
  expect(of({ conv2dTranspose: { filters: 5, strides: 2 } }, [6, 6, 2])).toEqual([
    2 * 36 * 9 * 10,
    [[3, 3, 5, 2], [5]],
  ]);
  expect(of({ repeat: { times: 4, layers: [{ dense: 5 }] } }, [5])).toEqual([4 * 50, [[5, 5], [5]]]);
  expect(of({ residual: [{ dense: 4 }] }, [5])).toEqual([2 * 40, [[5, 4], [4], [5, 4]]]);
});

it('each unit of a depthwise kernel begins as one that sees a single channel', () => {
  const input = [8, 8, 500];
  const [kernel] = planOf([{ depthwiseConv2d: { kernelInitializer: 'heNormal', depthMultiplier: 2 } }], input).weights;
  const values = kernel!.initialize(kernel!.shape, createRng(1, 'kernel'));
  const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
  expect(values).toHaveLength(9 * 1000);
  expect(variance * 9).toBeGreaterThan(1.9);
  expect(variance * 9).toBeLessThan(2.1);
});
