/** Small networks that train on waves, as in test/golden/waves.py, and what came of them there. */
import { expect } from 'vitest';
import { pack } from '../../src/backend/graph/packed.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import { inferencePass } from '../../src/train/evaluate.ts';
import { createHyper } from '../../src/train/hyper.ts';
import { buildProgram, type DataShape, type Program } from '../../src/train/program.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { sizeOf } from '../../src/train/shape.ts';
import { initialState, trainStep, type Batch, type Hyper, type State } from '../../src/train/step.ts';
import { createRng } from '../../src/study/rng.ts';

export interface Run {
  readonly losses: readonly number[];
  readonly weights: readonly (readonly number[])[];
  readonly statistics: readonly (readonly number[])[];
  readonly outputs: readonly number[];
}

export interface Training {
  readonly layers: readonly unknown[];
  readonly train: object;
  readonly data: DataShape;
  readonly batch: () => Batch;
}

/** All but its "train". */
export const denseNet = {
  layers: [
    { dense: { units: 5, activation: 'tanh' } },
    { dense: { units: 4, activation: 'sigmoid' } },
    { stack: { times: 1, layers: [{ dense: 4 }, { activation: { leakyRelu: 0.1 } }] } },
  ],
  data: { task: 'regression', inputShape: [4], targetSize: 2 },
  batch: (): Batch => ({ inputs: wave([10, 4], 1, 1), targets: wave([10, 2], 2, 1) }),
} as const;

export function wave(shape: readonly number[], phase: number, amplitude = 0.5): Tensor {
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => amplitude * Math.sin(0.7 * i + phase));
  return tf.tensor(values, [...shape]);
}

export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(value - actual[i]!)));
  expect(worst).toBeLessThan(tolerance);
}

/** 20 steps, all on the same batch. */
export function expectRun({ layers, train, data, batch }: Training, expected: Run): void {
  const program = buildProgram(data, modelSection.parse({ layers }), trainSection.parse(train));
  const hyper = createHyper(program, 1);
  const { state, losses } = twentySteps(program, waveState(program), batch(), hyper);
  expectClose(losses, expected.losses, 1e-5);
  const pass = inferencePass(program.plan, state, hyper);
  const { weights, statistics } = pass;
  weights.forEach((weight, index) => expectClose(weight.dataSync(), expected.weights[index]!, 2e-5));
  statistics.forEach((average, index) => expectClose(average.dataSync(), expected.statistics[index]!, 1e-5));
  expectClose(program.plan.apply(batch().inputs, pass).output.dataSync(), expected.outputs, 1e-4);
}

/** All on the same batch. */
export function twentySteps(
  program: Program,
  first: State,
  batch: Batch,
  hyper: Hyper,
): { state: State; losses: number[] } {
  const step = trainStep(program);
  let state = first;
  const losses: number[] = [];
  for (let number = 0; number < 20; number++) {
    const stepped = step(batch, state, hyper);
    state = stepped.state;
    losses.push(stepped.metrics.loss.dataSync()[0]!);
  }
  return { state, losses };
}

function waveState(program: Program): State {
  const { plan } = program;
  const first = (name: string, shape: readonly number[], index: number): Tensor => {
    if (name.endsWith('gamma') || name.endsWith('movingVariance')) return tf.ones([...shape]);
    return name.endsWith('kernel') ? wave(shape, index, 0.3) : tf.zeros([...shape]);
  };
  return {
    ...initialState(program, createRng(1, 'weights')),
    weights: pack(plan.weights.map(({ name, shape }, index) => first(name, shape, index))),
    statistics: pack(plan.statistics.map(({ name, shape }, index) => first(name, shape, index))),
  };
}
