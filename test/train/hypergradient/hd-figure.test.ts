/**
 * The figure of hypergradient descent (Baydin et al. 2018, https://arxiv.org/abs/1703.04782, figure 2): logistic regression
 * on digits from learning rates that are too low. Check 7 of issue 6.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { dataSection, loadDataset } from '../../../src/train/data/section.ts';
import { createGraphs } from '../../../src/train/graphs.ts';
import { lacksSharedData, sharedData } from '../../shared-data.ts';
import { parameter, rowsBetween, trialOf, type Trial } from './trials.ts';

describe.skipIf(lacksSharedData)('[7] logistic regression on digits', () => {
  let digits: Dataset;
  beforeAll(async () => {
    await loadBackend();
    const section = dataSection.parse({
      idx: {
        images: sharedData('mnist10k/train-images-idx3-ubyte.gz'),
        labels: sharedData('mnist10k/train-labels-idx1-ubyte.gz'),
      },
      normalize: 'minMax',
    });
    digits = await loadDataset(section, '/', 1);
  });

  const graphs = createGraphs();
  const trial = (learningRate: number, seed: number): Trial => ({
    dataset: digits,
    normalize: 'minMax',
    parts: { train: rowsBetween(0, 2000), tuning: rowsBetween(2000, 2500), validation: rowsBetween(2500, 3500) },
    layers: ['flatten'],
    train: { optimizer: { sgd: learningRate }, l2: 5e-5, batchSize: 128, epochs: 10 },
    seed,
    graphs,
  });
  const tuned = [parameter('lr', 'optimizer.learningRate', [1e-7, 1])];

  const cases = [1e-3, 1e-5, 1e-6].flatMap(start => [1, 2, 3].map(seed => ({ start, seed })));
  it.each(cases)('is better with a rate that moves: from $start, seed $seed', async ({ start, seed }) => {
    const fixed = await trialOf(trial(start, seed));
    const { curve, learned } = await trialOf({ ...trial(start, seed), tuned });
    expect(curve.validation.at(-1)).toBeLessThan(0.9 * fixed.curve.validation.at(-1)!);
    expect(curve.validation.at(-1)).toBeLessThan(0.6);
    const rates = learned!.schedule.values['lr']!;
    expect(Math.max(...rates)).toBeGreaterThan(10 * start);
    expect(Math.min(...rates)).toBeGreaterThan(0);
    expect(learned!.rollbacks).toBe(0);
  });
});
