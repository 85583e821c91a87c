/** Schedules against Keras and PyTorch; numbers and the command that made them: test/golden/make-optim.py. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { createRng } from '../../src/study/rng.ts';
import { prepareBatches } from '../../src/train/batches.ts';
import type { Dataset } from '../../src/train/data/dataset.ts';
import { dataKnobs } from '../../src/train/data/section.ts';
import { fit, type FitResult } from '../../src/train/fit.ts';
import { createGraphs, type Graphs } from '../../src/train/graphs.ts';
import { buildProgram } from '../../src/train/program.ts';
import { schedules } from '../../src/train/schedules/index.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { expectClose } from './waves.ts';

const { schedules: golden } = JSON.parse(readFileSync(new URL('../golden/optim.json', import.meta.url), 'utf8')) as {
  readonly schedules: {
    readonly losses: readonly number[];
    readonly factors: Readonly<Record<string, readonly number[]>>;
  };
};

type Name = keyof typeof schedules;

function factorsOf(given: unknown, epochs: number, losses: readonly number[] = []): number[] {
  const { schedule } = trainSection.parse({ schedule: given });
  const { technique, knobs } = schedule!;
  return Array.from({ length: epochs }, (_, index) =>
    technique.factor(knobs, { epoch: index + 1, epochs, losses: losses.slice(0, index) }),
  );
}

describe('30 epochs', () => {
  const cases: Readonly<Record<string, object>> = {
    exponentialDecay: { rate: 0.7, every: 4 },
    stepDecay: { rate: 0.4, every: 7 },
    cosineDecay: { alpha: 0.1 },
    'cosineDecay, short': { decayEpochs: 12 },
    cosineDecayRestarts: { firstDecayEpochs: 4, tMul: 2, mMul: 0.6, alpha: 0.1 },
    'cosineDecayRestarts, equal': { firstDecayEpochs: 6, tMul: 1 },
    polynomialDecay: { power: 2, end: 0.1, decayEpochs: 20 },
    'polynomialDecay, straight': {},
    warmUp: {},
    'warmUp, then cosineDecay': { epochs: 3, from: 0.25, next: 'cosineDecay' },
    reduceOnPlateau: { patience: 2, factor: 0.5, minDelta: 0.01 },
    'reduceOnPlateau, cooldown': { patience: 3, factor: 0.3, minDelta: 0, cooldown: 2, min: 0.05 },
  };

  it.each(Object.keys(cases))('%s', name => {
    const factors = factorsOf({ [name.split(',')[0]!]: cases[name] }, 30, golden.losses);
    expectClose(factors, golden.factors[name]!, 1e-6);
  });

  it('oneCycle', () => {
    // PyTorch's ends with the last of 31 steps.
    expectClose(factorsOf('oneCycle', 31).slice(0, 30), golden.factors['oneCycle']!, 1e-6);
  });

  it('of every schedule', () => {
    const known = Object.keys(golden.factors).map(name => name.split(',')[0]!);
    expect(new Set(known)).toEqual(new Set(Object.keys(schedules)));
  });
});

describe('every schedule', () => {
  it.each(Object.keys(schedules) as Name[])('%s is 0 or more and finite, however few the epochs', name => {
    for (const epochs of [1, 2, 3, 7])
      for (const factor of factorsOf(name, epochs, [1, 1, 1, 1, 1, 1, 1])) {
        expect(factor).toBeGreaterThanOrEqual(0);
        expect(factor).toBeLessThanOrEqual(1 + 1e-12);
      }
  });

  it('follows a warm-up as if it began there', () => {
    const losses = [9, 8, 7, 7, 7, 7, 7, 7];
    const next = { reduceOnPlateau: { patience: 2 } };
    expect(factorsOf({ warmUp: { epochs: 3, next } }, 8, losses).slice(3)).toEqual(factorsOf(next, 5, losses.slice(3)));
  });
});

describe('fit()', () => {
  beforeAll(() => loadBackend());

  /** Of one bias alone, from `start`: inputs are 0, and targets have mean 0 and variance 1. */
  const quadratic: Dataset = {
    task: 'regression',
    size: 40,
    inputShape: [1],
    inputs: new Float32Array(40),
    targetSize: 1,
    targets: Float32Array.from({ length: 40 }, (_, row) => (row % 2 === 0 ? 1 : -1)),
  };
  const start = 5;
  const learningRate = 0.2;
  const epochs = 12;

  function train(schedule: unknown, graphs: Graphs): Promise<FitResult> {
    const section = trainSection.parse({
      optimizer: { sgd: learningRate },
      ...(schedule !== undefined && { schedule }),
    });
    const program = buildProgram(quadratic, modelSection.parse({ layers: [] }), section);
    return fit([{ program, start: 1, isWhole: true }], prepareBatches(quadratic, dataKnobs.parse({}), 1), {
      epochs,
      batchSize: quadratic.size,
      lastBatch: 'keep',
      schedule: section.schedule,
      given: new Map([['output.bias', Float32Array.of(start)]]),
      earlyStopping: false,
      metric: { name: 'valLoss', goal: 'minimize' },
      rng: createRng(1, 'training'),
      seed: 1,
      observe: () => 'continue',
      mustEnd: () => undefined,
      graphs,
    });
  }

  /** The loss b^2 + 1 before each step b <- b (1 - 2 lr factor). */
  function lossesOf(factors: readonly number[]): number[] {
    let bias = start;
    return factors.map(factor => {
      const loss = bias ** 2 + 1;
      bias *= 1 - 2 * learningRate * factor;
      return loss;
    });
  }

  it.each<[string, unknown, readonly number[]]>([
    ['none', undefined, Array.from({ length: epochs }, () => 1)],
    [
      'stepDecay',
      { stepDecay: { rate: 0.5, every: 3 } },
      [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125, 0.125],
    ],
    ['warmUp', { warmUp: { epochs: 4, from: 0 } }, [0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1, 1]],
    ['cosineDecay', 'cosineDecay', factorsOf('cosineDecay', epochs)],
  ])('trains with the learning rate of %s', async (_, schedule, factors) => {
    const graphs = createGraphs();
    const { curve } = await train(schedule, graphs);
    expectClose(curve.train, lossesOf(factors), 1e-4);
    graphs.dispose();
  });

  it('gives the losses of its own epochs to the schedule', async () => {
    const graphs = createGraphs();
    const knobs = { patience: 1, factor: 0.25, minDelta: 0.5 };
    const { curve } = await train({ reduceOnPlateau: knobs }, graphs);
    const factors = factorsOf({ reduceOnPlateau: knobs }, epochs, curve.validation);
    expect(factors.at(-1)).toBeLessThan(1);
    expectClose(curve.train, lossesOf(factors), 1e-4);
    graphs.dispose();
  });

  it('needs no new graph for another schedule', async () => {
    const own = createGraphs();
    const taken = new Set<unknown>();
    const graphs: Graphs = {
      ...own,
      take(...given) {
        const step = own.take(...given);
        taken.add(step);
        return step;
      },
    };
    const names = Object.keys(schedules).toSorted();
    for (const schedule of [undefined, ...names]) await train(schedule, graphs);
    // One trains, one evaluates.
    expect(taken.size).toBe(2);
    own.dispose();
  });
});
