/**
 * Recurrent layers, embeddings, layer normalization and activations against Keras; numbers and the command that made
 * them: test/golden/make-recurrent.py.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../src/backend/graph/packed.ts';
import { record } from '../../src/backend/graph/recorder.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { withNativeOps } from '../../src/backend/native-ops/native.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import type { Chosen } from '../../src/space/technique.ts';
import { createRng } from '../../src/study/rng.ts';
import { activations } from '../../src/train/activations/index.ts';
import { inferencePass } from '../../src/train/evaluate.ts';
import { createHyper } from '../../src/train/hyper.ts';
import { nowhere, type Layer, type LayerPlan, type Shape, type WeightSpec } from '../../src/train/layers/layer.ts';
import { buildProgram, type Program } from '../../src/train/program.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { initialState } from '../../src/train/step.ts';
import { expectClose, twentySteps, wave } from './waves.ts';

interface Run {
  readonly losses: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly outputs: readonly number[];
}
interface Curve {
  readonly values: readonly number[];
  readonly gradients: readonly number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/recurrent.json', import.meta.url), 'utf8')) as {
  readonly points: readonly number[];
  readonly activations: Readonly<Record<string, Curve>>;
  readonly runs: Readonly<Record<string, Run>>;
};

beforeAll(() => loadBackend());

/** As Keras had them. */
function firstValue({ name, shape }: WeightSpec, index: number): Tensor {
  if (name.endsWith('gamma')) return tf.ones([...shape]);
  return name.endsWith('slope') ? tf.mul(tf.ones([...shape]), 0.25) : wave(shape, index, 0.3);
}

function planOf(layer: Json, shape: Shape): LayerPlan {
  const [{ technique, knobs }] = modelSection.parse({ layers: [layer] }).layers as never as [Chosen<Layer>];
  return technique.plan(knobs, shape, nowhere);
}

/** What the saved model predicts, after a way through JSON. */
async function exported(plan: LayerPlan, weights: readonly Tensor[], inputs: Tensor): Promise<Tensor> {
  const input = tf.input({ shape: inputs.shape.slice(1) });
  const outputs = plan.toKeras(input, { weights, statistics: [], earlier: () => [] });
  const model = tf.model({ inputs: input, outputs });
  const loaded = await tf.models.modelFromJSON({ modelTopology: model.toJSON(null, false) as never });
  loaded.setWeights(model.getWeights());
  return loaded.predict(inputs) as Tensor;
}

describe('networks train as in Keras for 20 steps, and are exported as they are', () => {
  const vectors = (): Tensor => wave([8, 4], 1, 1);
  const sequences = (): Tensor => wave([8, 5, 3], 1, 1);
  const images = (): Tensor => wave([8, 4, 4, 2], 1, 1);
  const ids = (): Tensor =>
    tf.tensor(
      Float32Array.from({ length: 48 }, (_, i) => ((i * 7) % 11) % 9),
      [8, 6],
    );
  const embedding = { embedding: { vocabulary: 9, units: 3 } };
  const runs: Readonly<Record<string, readonly [inputs: () => Tensor, layers: readonly Json[]]>> = {
    lstm: [sequences, [{ lstm: 4 }]],
    'lstm at every time': [sequences, [{ lstm: { units: 4, returnSequences: true } }, 'flatten']],
    gru: [sequences, [{ gru: 4 }]],
    'gru at every time': [sequences, [{ gru: { units: 4, returnSequences: true } }, { gru: 3 }]],
    embedding: [ids, [embedding, 'flatten']],
    'embedding and lstm': [ids, [embedding, { lstm: 4 }]],
    layerNorm: [vectors, [{ dense: 6 }, 'layerNorm', { dense: { units: 4, activation: 'tanh' } }]],
    'layerNorm of sequences': [sequences, [{ layerNorm: { epsilon: 0.01 } }, { lstm: 3 }]],
    groupNorm: [
      images,
      [{ conv2d: { filters: 6, kernelSize: 2 } }, { groupNorm: 3 }, { activation: 'relu' }, 'flatten'],
    ],
    'groupNorm of vectors': [
      vectors,
      [{ dense: 6 }, { groupNorm: { groups: 2, epsilon: 0.01 } }, { dense: { units: 4, activation: 'tanh' } }],
    ],
    prelu: [vectors, [{ dense: { units: 6, activation: 'prelu' } }]],
    'prelu of images': [images, [{ conv2d: { filters: 3, kernelSize: 2 } }, { activation: 'prelu' }, 'flatten']],
    maxOut: [vectors, [{ dense: { units: 6, activation: 'maxOut' } }]],
    'maxOut of images': [images, [{ conv2d: { filters: 4, kernelSize: 2, activation: 'maxOut' } }, 'flatten']],
  };

  it('runs are those of the script', () => expect(Object.keys(runs)).toEqual(Object.keys(golden.runs)));

  it.each(Object.keys(runs))('%s', async name => {
    const [inputs, layers] = runs[name]!;
    const batch = { inputs: inputs(), targets: wave([8, 2], 2, 1) };
    const data = { task: 'regression', inputShape: batch.inputs.shape.slice(1), targetSize: 2 } as const;
    const train = trainSection.parse({ optimizer: { adam: 0.01 } });
    const program = buildProgram(data, modelSection.parse({ layers }), train);
    const { plan } = program;
    const hyper = createHyper(program, 1);
    const first = { ...initialState(program, createRng(1, '')), weights: pack(plan.weights.map(firstValue)) };
    const { state, losses } = twentySteps(program, first, batch, hyper);
    const expected = golden.runs[name]!;
    expectClose(losses, expected.losses, 1e-5);
    const pass = inferencePass(plan, state, hyper);
    pass.weights.forEach((weight, index) => expectClose(weight.dataSync(), expected.weights[index]!, 1e-5));
    const outputs = plan.apply(batch.inputs, pass).output.dataSync();
    expectClose(outputs, expected.outputs, 1e-5);
    expectClose((await exported(plan, pass.weights, batch.inputs)).dataSync(), outputs, 1e-5);
  });
});

describe('activations have the values and slopes of Keras', () => {
  const chosen: Readonly<Record<string, readonly [name: keyof typeof activations, knobs: object, shape: number[]]>> = {
    selu: ['selu', {}, [50]],
    gelu: ['gelu', {}, [50]],
    'gelu by tanh': ['gelu', { approximate: true }, [50]],
    silu: ['silu', {}, [50]],
    softplus: ['softplus', {}, [50]],
    softmax: ['softmax', {}, [10, 5]],
    prelu: ['prelu', {}, [50, 1]],
    maxOut: ['maxOut', { pieces: 2 }, [5, 10]],
  };

  it.each(Object.keys(golden.activations))('%s', name => {
    const [technique, knobs, shape] = chosen[name]!;
    const { apply } = activations[technique] as { apply: (...given: unknown[]) => Tensor };
    const f = (x: Tensor): Tensor => apply(x, knobs, [tf.tensor1d([0.25])]);
    const x = tf.tensor([...golden.points], shape);
    const { values, gradients } = golden.activations[name]!;
    const y = f(x);
    expectClose(y.dataSync(), values, 2e-6);
    expectClose(tf.grad(f)(x, wave(y.shape, 0)).dataSync(), gradients, 2e-6);
  });

  const nonLinear = Object.keys(activations).filter(name => name !== 'linear');

  it.each([...nonLinear, { gelu: { approximate: true } }])('%j is exported as it is', async name => {
    for (const shape of [[6], [3, 6], [2, 3, 6]]) {
      const plan = planOf({ activation: name }, shape);
      const weights = plan.weights.map(({ shape }, index) => wave(shape, index + 1));
      const inputs = wave([4, ...shape], 0, 4);
      const { output } = plan.apply(inputs, inferencePass(plan, { weights: pack(weights), statistics: pack([]) }, {}));
      expect(output.shape.slice(1)).toEqual(plan.output);
      expectClose((await exported(plan, weights, inputs)).dataSync(), output.dataSync(), 1e-5);
    }
  });
});

describe('first values', () => {
  const first = (layer: Json, inputShape: Shape): Program['plan']['weights'] =>
    buildProgram(
      { task: 'regression', inputShape, targetSize: 1 },
      modelSection.parse({ layers: [layer] }),
      trainSection.parse({}),
    ).plan.weights;
  const drawn = (specs: readonly WeightSpec[], end: string): Float32Array => {
    const { shape, initialize } = specs.find(({ name }) => name.endsWith(end))!;
    return initialize(shape, createRng(1, end));
  };

  it('forget gates of lstm start open', () => {
    expect([...drawn(first({ lstm: 2 }, [5, 3]), 'bias')]).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect([...drawn(first({ gru: 2 }, [5, 3]), 'bias')]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('slopes of prelu start at a quarter', () => {
    expect([...drawn(first({ dense: { units: 3, activation: 'prelu' } }, [4]), 'slope')]).toEqual([0.25, 0.25, 0.25]);
  });

  it('rows of a recurrent kernel are orthogonal', () => {
    const kernel = tf.tensor2d(drawn(first({ lstm: 6 }, [5, 3]), 'recurrentKernel'), [6, 24]);
    expectClose(tf.matMul(kernel, kernel, false, true).dataSync(), tf.eye(6).dataSync(), 1e-6);
  });
});

describe('what does not fit', () => {
  it.each<[string, Json, Shape, string]>([
    ['lstm', { lstm: 2 }, [5], 'lstm got examples of shape [5]'],
    ['gru', { gru: 2 }, [4, 4, 1], 'gru got examples of shape [4, 4, 1]'],
    ['embedding', { embedding: { vocabulary: 5, units: 2 } }, [4, 4], 'embedding got examples of shape [4, 4]'],
    ['groupNorm', { groupNorm: 4 }, [3, 6], 'groupNorm with 4 groups got 6 channels'],
    ['maxOut', { dense: { units: 5, activation: 'maxOut' } }, [4], 'maxOut with 2 pieces got a width of 5'],
  ])('%s', (_, layer, shape, message) => {
    expect(() => planOf(layer, shape)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
    expect(() => planOf(layer, shape)).toThrow(message);
  });
});

describe('numbers that embedding does not know are refused', () => {
  it.each([
    [[0, 5], '5 is not in [0, 5)'],
    [[-1, 0], '-1 is not in [0, 5)'],
    [[0.5, 1], '-1 is not in [0, 5)'],
  ])('%j', (numbers, message) => {
    const plan = planOf({ embedding: { vocabulary: 5, units: 2 } }, [2]);
    const embeddings = wave([5, 2], 0);
    const apply = (ids: readonly number[]): Tensor =>
      withNativeOps(() => {
        const pass = inferencePass(plan, { weights: pack([embeddings]), statistics: pack([]) }, {});
        return plan.apply(tf.tensor2d([[...ids]]), pass).output;
      });
    expect([...apply([4, 0]).dataSync()]).toEqual([8, 9, 0, 1].map(index => embeddings.dataSync()[index]));
    expect(() => apply(numbers)).toThrow(message);
    expect(() => apply(numbers)).toThrow(expect.objectContaining({ code: 'MODEL_INVALID' }));
  });
});

describe('nothing but the targets of reshaping knows the size of a batch', () => {
  const sequence = [5, 6];
  const cases: readonly (readonly [Json, Shape])[] = [
    [{ lstm: { units: 4, returnSequences: true } }, sequence],
    [{ gru: 4 }, sequence],
    ['layerNorm', sequence],
    [{ groupNorm: 3 }, sequence],
    [{ embedding: { vocabulary: 5, units: 2 } }, [4]],
    ...Object.keys(activations).map(name => [{ activation: name }, sequence] as const),
  ];

  it.each(cases)('%j', (layer, shape) => {
    const plan = planOf(layer, shape);
    const model = { weights: pack(plan.weights.map(firstValue)), statistics: pack([]) };
    const pass = inferencePass(plan, model, {});
    const opsOf = (examples: number): unknown => {
      const inputs = tf.zeros([examples, ...shape]);
      const { recording } = record(() => withNativeOps(() => plan.apply(inputs, pass)));
      const made = new Set(recording.ops.flatMap(({ outputs }) => outputs.map(({ id }) => id)));
      return recording.ops.map(({ name, attributes, inputs: ids }) => {
        const constants = ids.filter((id, index) => !made.has(id) && !(name === 'Reshape' && index === 1));
        const isInput = ({ shape }: { readonly shape: readonly number[] }) => shape[0] === examples;
        return [name, attributes, constants.map(recording.constantOf).map(value => isInput(value) || value.values)];
      });
    };
    // The first time it finds out which kernels there are.
    opsOf(1);
    expect(opsOf(29)).toEqual(opsOf(31));
  });
});
