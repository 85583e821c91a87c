/** What tuning by gradients does in a training: checks 4, 6 and 9 of issue 6. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { createRng } from '../../../src/study/rng.ts';
import { createGraphs } from '../../../src/train/graphs.ts';
import { linear } from './reference/objective.ts';
import * as problems from './reference/problems.ts';
import { bestRidge, ridgeValidationLoss } from './reference/ridge.ts';
import { combine, norm, type Vector } from './reference/vectors.ts';
import { classification, parameter, regression, rowsBetween, trialOf, type Trial } from './trials.ts';

beforeAll(() => loadBackend());

const { ridge } = problems;
const ridgeParts = { train: rowsBetween(0, 60), validation: rowsBetween(60, 120), tuning: rowsBetween(60, 120) };

describe('[4] the coefficient of ridge regression', () => {
  const optimum = bestRidge(ridge);

  it.each([
    ['forward', 1e-3],
    ['forward', 5],
    ['neumann', 1e-3],
    ['neumann', 5],
  ] as const)('by %s from %f ends where golden sections find the best', async (estimator, start) => {
    const { learned } = await trialOf({
      dataset: regression(ridge.table),
      parts: ridgeParts,
      train: { optimizer: { momentum: { learningRate: 0.1, momentum: 0.5 } }, l2: start, batchSize: 60, epochs: 3 },
      rounds: 500,
      tuned: [parameter('l2', 'l2', [1e-4, 10])],
      knobs: { estimator, terms: 20, travel: 3 },
    });
    const found = learned!.values['l2']!;
    expect(Math.abs(Math.log(found / optimum))).toBeLessThan(0.05 * Math.abs(Math.log(optimum)));
    expect(ridgeValidationLoss(ridge, found) / ridgeValidationLoss(ridge, optimum)).toBeLessThan(1.001);
  });
});

describe('[6] the learning rate of linear regression', () => {
  const rows = rowsBetween(0, 60);
  /** Twice the largest eigenvalue of X'X / n, or of a constant input. */
  const curvature = Math.max(2, largestEigenvalue());
  const graphs = createGraphs();

  const slopeAt = async (share: number, seed: number): Promise<number> => {
    const { learned } = await trialOf({
      dataset: regression(ridge.table),
      parts: { train: rows, validation: rows, tuning: rows },
      train: { optimizer: { sgd: share / curvature }, batchSize: 60, epochs: 1 },
      rounds: 20,
      tuned: [parameter('lr', 'optimizer.learningRate', [1e-7, 10])],
      mode: 'restart',
      seed,
      graphs,
    });
    expect(learned!.estimator).toBe('restart');
    return learned!.hypergradient!['lr']!;
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'should rise where it is low and fall where steps overshoot: seed %i',
    async seed => {
      for (const share of [1e-5, 1e-3, 1e-2]) expect(await slopeAt(share, seed)).toBeLessThan(0);
      for (const share of [1.95, 1.99, 2.01]) expect(await slopeAt(share, seed)).toBeGreaterThan(0);
    },
  );
});

function largestEigenvalue(): number {
  const objective = linear(ridge.table);
  const rng = createRng(1, 'power');
  let v: Vector = Float64Array.from({ length: objective.size }, () => rng.normal());
  let value = 0;
  for (let i = 0; i < 200; i++) {
    const product = objective.hessianTimes(v, v, ridge.training);
    value = norm(product) / norm(v);
    v = combine([1 / norm(product), product]);
  }
  return value;
}

describe('[9]', () => {
  const classes = ['a', 'b', 'c'];
  const clean = classification(400, 20, classes);
  const parts = { train: rowsBetween(0, 100), validation: rowsBetween(250, 400), tuning: rowsBetween(250, 400) };

  it('labels that are wrong in training make for stronger penalties', async () => {
    const rng = createRng(1, 'noise');
    const targets = clean.targets.map((target, row) => (row < 100 && rng.uniform() < 0.5 ? rng.int(3) : target));
    const learnedOn = async (data: typeof clean): Promise<number> => {
      const { learned } = await trialOf({
        dataset: data,
        parts,
        layers: [{ dense: { units: 16, activation: 'tanh' } }],
        train: { optimizer: { adam: 0.02 }, l2: 1e-3, batchSize: 50, epochs: 400 },
        tuned: [parameter('l2', 'l2', [1e-6, 1])],
      });
      return learned!.values['l2']!;
    };
    expect(await learnedOn({ ...clean, targets })).toBeGreaterThan(2 * (await learnedOn(clean)));
  });

  it.each(['forward', 'neumann'])(
    'the weight of a class that is in no training row never moves: %s',
    async estimator => {
      const absent = 2;
      const train = parts.train.filter(row => clean.targets[row] !== absent);
      const trial: Trial = {
        dataset: clean,
        parts: { ...parts, train },
        layers: [{ dense: { units: 8, activation: 'tanh' } }],
        train: { optimizer: { adam: 0.02 }, classWeights: { b: 0.7, c: 0.5 }, batchSize: 16, epochs: 10 },
        tuned: ['b', 'c'].map(name => parameter(name, `classWeights.${name}`, { scale: 'linear', low: 0, high: 1 })),
        knobs: { estimator, every: 2, travel: 1 },
      };
      const { b, c } = (await trialOf(trial)).learned!.schedule.values;
      expect(new Set(c).size).toBe(1);
      expect(new Set(b).size).toBeGreaterThan(3);
      const { hypergradient } = (await trialOf({ ...trial, mode: 'restart' })).learned!;
      expect(hypergradient!['c']).toBe(0);
      expect(hypergradient!['b']).not.toBe(0);
    },
  );
});
