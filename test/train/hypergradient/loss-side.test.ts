/**
 * Values that act in the loss: label smoothing, weights of classes, noise of dropout. Check 10 of issue 6: closed forms
 * and differences of whole trainings with the same random numbers.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import type { Json } from '../../../src/space/space.ts';
import { createRng } from '../../../src/study/rng.ts';
import { createHyper } from '../../../src/train/hyper.ts';
import type { TunedParameter } from '../../../src/train/hypergradient/tuning.ts';
import { validationGradient } from '../../../src/train/hypergradient/validation-gradient.ts';
import { buildProgram } from '../../../src/train/program.ts';
import { modelSection, trainSection } from '../../../src/train/sections.ts';
import { initialState, lossGradient, trainStep, type Batch, type Hyper } from '../../../src/train/step.ts';
import { forwardOfOneStep, neumannOnBackend, tunedHyper, type OneStep } from './backend.ts';
import { classification, gradientAndDifference, parameter, rowsBetween, type Trial } from './trials.ts';

beforeAll(() => loadBackend());

const dataset = classification(200, 8, ['a', 'b', 'c']);
const layers = [{ dense: { units: 10, activation: 'tanh' } }] as const;
const linear = (low: number, high: number) => ({ scale: 'linear', low, high }) as const;
const tuned: readonly TunedParameter[] = [
  parameter('smoothing', 'loss.labelSmoothing', linear(0, 0.5)),
  parameter('weight', 'classWeights.b', linear(0, 4)),
];
const learningRate = 0.1;

function sectionWith(labelSmoothing: number, b: number) {
  return {
    optimizer: { momentum: { learningRate, momentum: 0.8 } },
    loss: { softmaxCrossEntropy: { labelSmoothing } },
    classWeights: { b },
  };
}

describe('one step', () => {
  /** From random weights. */
  function oneStep(): OneStep {
    const program = buildProgram(
      dataset,
      modelSection.parse({ layers: [...layers] }),
      trainSection.parse(sectionWith(0.2, 2)),
    );
    const data: Batch = {
      inputs: tf.tensor(dataset.inputs as Float32Array, [dataset.size, 8]),
      targets: tf.tensor1d(dataset.targets as Int32Array, 'int32'),
    };
    return {
      program,
      parameters: tuned,
      data,
      state: initialState(program, createRng(1, 'weights')),
      rows: [...rowsBetween(0, 32)],
      held: [...rowsBetween(100, 200)],
    };
  }

  it('has the closed forms: gradients are linear in smoothing and in weights', async () => {
    const of = oneStep();
    const { program, data, state, rows, held } = of;
    const part = (numbers: readonly number[]): Batch => {
      const cut = (all: Tensor): Tensor => tf.gather(all, tf.tensor1d([...numbers], 'int32'));
      return { inputs: cut(data.inputs), targets: cut(data.targets) };
    };
    const hyper = createHyper(program, 1);
    const gradientWith = (name: string, value: number): Tensor => {
      const values: Hyper = { ...hyper, [name]: tf.scalar(value) };
      return lossGradient(program)(part(rows), state, values).gradient;
    };
    const after = trainStep(program)(part(rows), state, hyper).state;
    const q = validationGradient(program, tuned, part(held), after, tunedHyper(program, tuned)).weights;
    const closed = tuned.map(({ hyper: [name], coordinate }) => {
      const [low, high] = [gradientWith(name!, 0), gradientWith(name!, 0.5)];
      const change = tf.div(tf.sub(high, low), 0.5);
      return -learningRate * tf.sum(tf.mul(q, change)).dataSync()[0]! * (coordinate.high - coordinate.low);
    });
    for (const found of [await neumannOnBackend(of, 1), await forwardOfOneStep(of)])
      found.forEach((value, i) => expect(Math.abs(value / closed[i]! - 1)).toBeLessThan(2e-3));
  });
});

/** A training with fixed values, measured on the rows that tune. */
function trial(train: Readonly<Record<string, Json>>, own: Partial<Trial> = {}): Trial {
  const held = rowsBetween(100, 200);
  return {
    dataset,
    parts: { train: rowsBetween(0, 100), validation: held, tuning: held },
    layers: [...layers],
    train: { batchSize: 25, epochs: 8, ...train },
    ...own,
  };
}

describe('a whole training', () => {
  it.each([
    ['smoothing', 0.2, (value: number) => trial(sectionWith(value, 2))],
    ['weight', 2, (value: number) => trial(sectionWith(0.2, value))],
  ] as const)('has the difference of its %s', async (name, value, trialWith) => {
    const [found, expected] = await gradientAndDifference(
      tuned.find(own => own.name === name)!,
      value,
      trialWith,
    );
    expect(Math.abs(found / expected - 1)).toBeLessThan(1e-2);
  });

  it.each(['adam', 'momentum'])('has the difference of its Gaussian dropout, by %s', async optimizer => {
    const rate = parameter('rate', '1.gaussianDropout.rate', linear(0, 0.6));
    const trialWith = (value: number): Trial =>
      trial(
        { optimizer: { [optimizer]: optimizer === 'adam' ? 0.01 : 0.05 } },
        { layers: [...layers, { gaussianDropout: value }] },
      );
    const [found, expected] = await gradientAndDifference(rate, 0.3, trialWith);
    expect(Math.abs(found / expected - 1)).toBeLessThan(1e-2);
  });
});
