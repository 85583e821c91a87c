/** Layers against Keras and papers, their saved models, and their refusals; numbers: test/golden/make-layers.py. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { record } from '../../src/backend/graph/recorder.ts';
import { pack } from '../../src/backend/graph/packed.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { withNativeOps } from '../../src/backend/native-ops/native.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import { inferencePass } from '../../src/train/evaluate.ts';
import { freeze } from '../../src/train/layers/frozen.ts';
import type { LayerPlan, WeightSpec } from '../../src/train/layers/layer.ts';
import { sequence } from '../../src/train/layers/sequence.ts';
import { modelSection } from '../../src/train/sections.ts';
import { sizeOf } from '../../src/train/shape.ts';
import { programCases, programOf, shapes } from './programs.ts';

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

function wave(shape: readonly number[], phase: number, amplitude = 0.5): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => amplitude * Math.sin(0.7 * i + phase)),
    [...shape],
  );
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!)));
  expect(worst).toBeLessThan(tolerance);
}

function planOf(layers: readonly Json[], input: readonly number[]): LayerPlan {
  return sequence(modelSection.parse({ layers }).layers, input);
}

function hyperOf({ hyper }: LayerPlan): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, tf.scalar(value)]));
}

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

function packed(plan: LayerPlan, weights: readonly Tensor[], statistics: readonly Tensor[]) {
  expect([weights.length, statistics.length]).toEqual([plan.weights.length, plan.statistics.length]);
  return { weights: pack([...weights]), statistics: pack([...statistics]) };
}

describe('the saved model predicts the same, saved and loaded again', () => {
  it.each(programCases.filter(({ train }) => Object.keys(train).length === 0))('$name', async programCase => {
    const { kind } = programCase;
    await expectSameModel(programOf(programCase).plan, shapes[kind], kind === 'ids' ? numbers : measures);
  });

  it('repetitions in repetitions', async () => {
    const inner: Json = { repeat: { times: 3, layers: [{ dense: 5 }, { activation: 'tanh' }], combine: 'learned' } };
    await expectSameModel(planOf([{ repeat: { times: 2, layers: [inner, { dense: 5 }] } }, inner], [5]), [5]);
  });

  it('with frozen layers', async () => {
    const plan = planOf(
      [
        { dense: { units: 5, activation: 'tanh', name: 'encoder' } },
        { residual: { layers: ['batchNorm', { dense: 5 }], activation: 'relu' } },
        { repeat: { times: 2, layers: [{ dense: 5 }, 'batchNorm'], combine: 'learned', name: 'again' } },
        { concreteDropout: { layer: { concreteDropout: { dense: 5 } } } },
        { tied: { to: 'encoder', transpose: true } },
      ],
      [5],
    );
    for (const patterns of [
      ['encoder'],
      ['1.residual.1.*'],
      ['again'],
      ['again.0.dense'],
      ['3.concreteDropout.0.*'],
      ['4.tied'],
      ['*'],
    ])
      await expectSameModel(freeze(plan, patterns), [5]);
  });
});

type Examples = (shape: readonly number[]) => Tensor;

const measures: Examples = shape => wave(shape, 5, 1);
/** Of a vocabulary. */
const numbers: Examples = shape => tf.reshape(tf.mod(tf.range(0, sizeOf(shape)), 6), [...shape]);

async function expectSameModel(plan: LayerPlan, shape: readonly number[], examples = measures): Promise<void> {
  const random = ({ name, shape: of }: WeightSpec, index: number): Tensor =>
    name.endsWith('Variance') ? tf.add(wave(of, index), 1) : wave(of, index, 0.6);
  const [weights, statistics] = [plan.weights.map(random), plan.statistics.map(random)];
  const x = examples([7, ...shape]);
  const pass = inferencePass(plan, packed(plan, weights, statistics), hyperOf(plan));
  const expected = plan.apply(x, pass).output;
  const input = tf.input({ shape: [...shape] });
  const before = tf.memory().numTensors;
  const model = tf.model({ inputs: input, outputs: plan.toKeras(input, { weights, statistics, earlier: () => [] }) });
  expect(model.outputShape).toEqual([null, ...plan.output]);
  const artifacts: Record<string, unknown> = {};
  await model.save(
    tf.io.withSaveHandler(async given => {
      Object.assign(artifacts, given, { modelTopology: JSON.parse(JSON.stringify(given.modelTopology)) });
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const ofModel = tf.memory().numTensors - before;
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  for (const twin of [loaded, model]) {
    const predicted = twin.predict(x) as Tensor;
    expect(predicted.shape).toEqual(expected.shape);
    expectClose(predicted.dataSync(), expected.dataSync());
    predicted.dispose();
  }
  expect(loaded.countParams()).toBe(model.countParams());
  const together = tf.memory().numTensors;
  model.dispose();
  expect(together - tf.memory().numTensors).toBe(ofModel);
  loaded.dispose();
}

describe('the size of the batch is in targets of reshape alone, which a saved graph can free', () => {
  const layerCases = programCases.filter(({ train }) => Object.keys(train).length === 0);

  it.each(layerCases)('$name', ({ kind, ...programCase }) => {
    const { plan } = programOf({ kind, ...programCase });
    const values = (specs: readonly WeightSpec[]): Tensor[] => specs.map(({ shape }, index) => wave(shape, index));
    const [weights, statistics] = [values(plan.weights), values(plan.statistics)];
    const constants = (size: number): unknown[] => {
      const x = (kind === 'ids' ? numbers : measures)([size, ...shapes[kind]]);
      const pass = { ...inferencePass(plan, packed(plan, weights, statistics), hyperOf(plan)), weights, statistics };
      const { recording } = withNativeOps(() => record(() => plan.apply(x, pass)));
      const made = new Set(recording.ops.flatMap(({ outputs }) => outputs.map(({ id }) => id)));
      return recording.ops.map(({ name, attributes, inputs }) => {
        const fixed = inputs.flatMap((id, at) => {
          if (made.has(id) || (name === 'Reshape' && at === 1)) return [];
          const { shape, values } = recording.constantOf(id);
          return shape[0] === size && shape.length === x.shape.length ? [] : [[...values]];
        });
        return [name, attributes, fixed];
      });
    };
    // The first time, the backend is probed.
    constants(1);
    expect(constants(7)).toEqual(constants(9));
  });
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

describe('a layer that does not fit is refused', () => {
  const [image, vector] = [[6, 5, 2], [5]];
  it.each<[string, Json[], readonly number[], object]>([
    [
      'a kernel larger than the image',
      [{ depthwiseConv2d: 7 }],
      image,
      { message: 'layer 1: depthwiseConv2d with a 7x7 window got an input of 6x5' },
    ],
    [
      'the same, separable',
      [{ separableConv2d: { filters: 2, kernelSize: [2, 6] } }],
      image,
      { message: 'layer 1: separableConv2d with a 2x6 window got an input of 6x5' },
    ],
    [
      'a pool larger than the image',
      [{ conv2d: 2 }, { maxPool: 5 }],
      image,
      { message: 'layer 2: maxPool with a 5x5 window got an input of 4x3' },
    ],
    ...['conv2dTranspose', 'globalAveragePool', 'globalMaxPool', 'upsample'].map(
      (name): [string, Json[], readonly number[], object] => [
        `${name} of a vector`,
        [{ [name]: name === 'conv2dTranspose' ? { filters: 2 } : {} }],
        vector,
        {
          message: `layer 1: ${name} got examples of shape [5]`,
          expected: 'three dimensions: [height, width, channels]',
        },
      ],
    ),
    [
      'spatialDropout of a vector',
      [{ spatialDropout: 0.5 }],
      vector,
      { message: 'layer 1: spatialDropout got examples of shape [5]', hint: 'use "dropout" for vectors' },
    ],
    [
      'another number of values',
      [{ reshape: [4, 4] }],
      image,
      {
        message: 'layer 1: reshape to [4, 4] got examples of shape [6, 5, 2]',
        expected: 'a shape of 60 values, with -1 in one place at most',
      },
    ],
    ['a side that is left broken', [{ reshape: [7, -1] }], image, { message: expect.stringContaining('[7, -1]') }],
    ['two open sides', [{ reshape: [-1, 6, -1] }], image, { message: expect.stringContaining('[-1, 6, -1]') }],
    ['two open sides of one', [{ reshape: [-1, 60, -1] }], image, { message: expect.stringContaining('[-1, 60, -1]') }],
    [
      'a repeated layer that changes the shape',
      [{ repeat: { times: 2, layers: [{ dense: 4 }] } }],
      vector,
      {
        message: 'layer 1: repeat: its layers make [4] of examples of shape [5]',
        expected: 'layers that keep the shape',
      },
    ],
    [
      'a layer inside that does not fit',
      [{ repeat: { times: 2, layers: [{ activation: 'relu' }, { conv2d: 4 }] } }],
      vector,
      { message: 'layer 1: layer 2: conv2d got examples of shape [5]' },
    ],
    [
      'a block that no stride leads around',
      [{ residual: [{ conv2d: 2 }] }],
      image,
      { message: 'layer 1: residual: its layers make [4, 3, 2] of examples of shape [6, 5, 2]' },
    ],
    [
      'a block with another rank',
      [{ residual: ['flatten'] }],
      image,
      { message: 'layer 1: residual: its layers make [60] of examples of shape [6, 5, 2]' },
    ],
    [
      'tied to nothing',
      [{ tied: 'encoder' }],
      vector,
      {
        message: 'layer 1: tied to "encoder", a layer that is not before it',
        expected: 'the name of a dense or convolution layer before it',
      },
    ],
    [
      'tied to a mistyped name',
      [{ dense: { units: 5, name: 'encoder' } }, { tied: 'encodr' }],
      vector,
      { message: 'layer 2: tied to "encodr", a layer that is not before it', hint: 'did you mean "encoder"?' },
    ],
    [
      'tied to a layer without a kernel',
      [{ dense: 5 }, { batchNorm: { name: 'norm' } }, { tied: 'norm' }],
      vector,
      { message: 'layer 3: tied to "norm", which has no kernel', expected: '"0.dense"' },
    ],
    [
      'tied to a kernel with other sides',
      [{ dense: { units: 3, name: 'encoder' } }, { tied: 'encoder' }],
      vector,
      { message: 'layer 2: tied to "encoder" got examples of shape [3]', expected: '[5]' },
    ],
    [
      'tied to a convolution behind a vector',
      [{ conv2d: { filters: 3, name: 'encoder' } }, 'flatten', { tied: { to: 'encoder', transpose: true } }],
      image,
      {
        message: 'layer 3: tied to "encoder", transposed, got examples of shape [36]',
        expected: '[height, width, 3]',
      },
    ],
  ])('%s', (_, layers, input, problem) => {
    const problems = [expect.objectContaining(problem)];
    expect(() => planOf(layers, input)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID', problems }));
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
