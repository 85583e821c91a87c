/** Starts at which plain training diverges at once: check 8 of issue 6. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { createGraphs } from '../../../src/train/graphs.ts';
import * as problems from './reference/problems.ts';
import { parameter, regression, rowsBetween, trialOf, type Trial } from './trials.ts';

beforeAll(() => loadBackend());

describe('[8] a start that is too hot', () => {
  const graphs = createGraphs();
  const hot = (estimator: string, seed: number): Trial => ({
    dataset: regression(problems.table),
    parts: { train: rowsBetween(0, 200), validation: rowsBetween(200, 300), tuning: rowsBetween(200, 300) },
    layers: [{ dense: { units: 50, activation: 'relu' } }],
    train: { optimizer: { momentum: { learningRate: 0.3, momentum: 0.9 } }, batchSize: 25, epochs: 25 },
    tuned: [
      parameter('lr', 'optimizer.learningRate', [1e-6, 1]),
      parameter('mu', 'optimizer.momentum', { scale: 'complement', low: 0, high: 0.999 }),
    ],
    knobs: { estimator },
    seed,
    graphs,
  });

  it.each(['forward', 'neumann'])('by %s ends with numbers after few ways back', async estimator => {
    for (let seed = 0; seed < 20; seed++) {
      const { learned, curve, weights } = await trialOf(hot(estimator, seed));
      expect(learned!.rollbacks).toBeLessThanOrEqual(5);
      expect(Object.values(learned!.values).every(Number.isFinite)).toBe(true);
      expect(curve.validation.every(Number.isFinite)).toBe(true);
      // The targets have a variance of about 0.2.
      expect(Math.min(...curve.validation)).toBeLessThan(0.4);
      for (const { values } of weights) expect(values.every(Number.isFinite)).toBe(true);
    }
  });
});
