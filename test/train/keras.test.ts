/** Optimizers, layers, losses, regularizers and clipping against Keras; numbers and the command that made them: test/golden/make-keras.py. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import { inferencePass } from '../../src/train/evaluate.ts';
import { createHyper } from '../../src/train/hyper.ts';
import { optimizers } from '../../src/train/optimizers/index.ts';
import { pack } from '../../src/backend/graph/packed.ts';
import { buildProgram, type Program } from '../../src/train/program.ts';
import { continuousKnobs } from '../../src/train/structure.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { trainStep, type Batch, type State } from '../../src/train/step.ts';

interface Run {
  readonly losses: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly statistics: readonly (readonly number[])[];
  readonly outputs: readonly number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/keras.json', import.meta.url), 'utf8')) as {
  readonly optimizers: Readonly<Record<string, readonly number[]>>;
  readonly runs: Readonly<Record<string, Run>>;
};

function wave(shape: readonly number[], phase: number, amplitude = 0.5): Tensor {
  const size = shape.reduce((product, side) => product * side, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => amplitude * Math.sin(0.7 * i + phase)),
    [...shape],
  );
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!)));
  expect(worst).toBeLessThan(tolerance);
}

beforeAll(() => loadBackend());

describe('optimizers follow Keras for 20 steps', () => {
  const options: Record<keyof typeof optimizers, object> = {
    sgd: { learningRate: 0.05 },
    momentum: { learningRate: 0.05, momentum: 0.8 },
    adam: { learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-5 },
  };
  it.each(Object.keys(optimizers) as (keyof typeof optimizers)[])('%s', name => {
    const optimizer = optimizers[name];
    const knobs = optimizer.knobs.parse(options[name]);
    const hyper = Object.fromEntries(
      Object.entries(continuousKnobs({ technique: optimizer, knobs })).map(([knob, value]) => [knob, tf.scalar(value)]),
    );
    let weight = wave([6], 0);
    let slots: readonly Tensor[] = Object.values(optimizer.slots).map(value => tf.fill(weight.shape, value));
    let scalars: readonly Tensor[] = Object.values(optimizer.scalars ?? {}).map(value => tf.scalar(value));
    for (let step = 1; step <= 20; step++)
      ({
        weight,
        slots,
        scalars = [],
      } = optimizer.update({
        gradient: wave([6], step),
        weight,
        slots,
        scalars,
        hyper,
        step: tf.scalar(step),
        loss: tf.scalar(1 + Math.cos(step)),
        decays: () => tf.ones([6]),
      }));
    expectClose(weight.dataSync(), golden.optimizers[name]!, 1e-6);
  });
});

describe('networks train as in Keras for 20 steps', () => {
  const adam = { adam: 0.01 };
  const momentum = { momentum: { learningRate: 0.2, momentum: 0.9 } };
  const dense = {
    layers: [
      { dense: { units: 5, activation: 'tanh' } },
      { dense: { units: 4, activation: 'sigmoid' } },
      { stack: { times: 1, layers: [{ dense: 4 }, { activation: { leakyRelu: 0.1 } }] } },
    ],
    data: { task: 'regression', inputShape: [4], targetSize: 2 },
    batch: (): Batch => ({ inputs: wave([10, 4], 1, 1), targets: wave([10, 2], 2, 1) }),
  } as const;
  const runs = {
    convolutional: {
      layers: [
        // A bias before batch normalization has a gradient of rounding errors alone.
        { conv2d: { filters: 3, padding: 'same', useBias: false } },
        { batchNorm: { momentum: 0.9 } },
        { activation: 'relu' },
        { maxPool: 2 },
        { conv2d: { filters: 4, kernelSize: 2, activation: 'elu' } },
        { averagePool: 2 },
        'flatten',
      ],
      train: { optimizer: adam, l2: 0.01 },
      data: { task: 'classification', inputShape: [8, 8, 2], targetSize: 1, classes: ['a', 'b', 'c'] },
      batch: (): Batch => ({
        inputs: wave([8, 8, 8, 2], 3, 1),
        targets: tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'),
      }),
    },
    dense: { ...dense, train: { optimizer: adam } },
    l1: { ...dense, train: { optimizer: adam, l1: 0.01 } },
    'l1 and l2': { ...dense, train: { optimizer: adam, l1: 0.01, l2: 0.02 } },
    'clipping by value': { ...dense, train: { optimizer: momentum, clipping: { value: 0.02 } } },
    'clipping by global norm': { ...dense, train: { optimizer: momentum, clipping: { globalNorm: 0.04 } } },
  } as const;

  it.each(Object.keys(runs) as (keyof typeof runs)[])('%s', name => {
    const { layers, train, data, batch } = runs[name];
    const program = buildProgram(data, modelSection.parse({ layers }), trainSection.parse(train));
    const hyper = createHyper(program, 1);
    const step = trainStep(program);
    let state = waveState(program);
    const losses: number[] = [];
    for (let number = 0; number < 20; number++) {
      const stepped = step(batch(), state, hyper);
      state = stepped.state;
      losses.push(stepped.metrics.loss.dataSync()[0]!);
    }
    const expected = golden.runs[name]!;
    expectClose(losses, expected.losses, 1e-5);
    const pass = inferencePass(program.plan, state, hyper);
    const { weights, statistics } = pass;
    weights.forEach((weight, index) => expectClose(weight.dataSync(), expected.weights[index]!, 2e-5));
    statistics.forEach((average, index) => expectClose(average.dataSync(), expected.statistics[index]!, 1e-5));
    expectClose(program.plan.apply(batch().inputs, pass).output.dataSync(), expected.outputs, 1e-4);
  });

  function waveState({ plan, optimizer }: Program): State {
    const first = (name: string, shape: readonly number[], index: number): Tensor => {
      if (name.endsWith('gamma') || name.endsWith('movingVariance')) return tf.ones([...shape]);
      return name.endsWith('kernel') ? wave(shape, index, 0.3) : tf.zeros([...shape]);
    };
    const weights = pack(plan.weights.map(({ name, shape }, index) => first(name, shape, index)));
    return {
      weights,
      statistics: pack(plan.statistics.map(({ name, shape }, index) => first(name, shape, index))),
      slots: Object.values(optimizer.technique.slots).map(value => tf.fill(weights.shape, value)),
      scalars: [],
      step: tf.scalar(0, 'int32'),
    };
  }
});
