/** Trials that paused, with others in the same thread between, are bit by bit those that did not; and they leave nothing. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import type { Observer, Outcome } from '../../src/study/ports.ts';
import { trialSeed } from '../../src/study/rng.ts';
import { pausableTrials } from '../../src/train/pausing.ts';
import { createTrainer, loadSharedDataset, type TrainingSetup } from '../../src/train/trainer.ts';
import { testFolder } from '../tune/test-folder.ts';
import { configs, drawingSetup, facts } from './drawing-trials.ts';

beforeAll(() => loadBackend());

const setup = drawingSetup(testFolder());

/** @param sections in place of those of the setup */
async function createTrials(sections: Partial<TrainingSetup> = {}) {
  const own = { ...setup, ...sections };
  const trainer = createTrainer(own, await loadSharedDataset(own));
  const trials = pausableTrials(trainer.train);
  const run = (trial: number, observe: Observer): Promise<Outcome> =>
    trials.run(
      {
        trial,
        attempt: 1,
        seed: trialSeed(1, trial),
        config: configs[trial]!,
        others: [0, 1, 2].filter(id => id !== trial),
      },
      observe,
      () => false,
    );
  return { trainer, run, close: trials.close };
}

/** Runs the trials in turns, each for so many epochs, until all have ended. */
async function inTurns(epochs: number, sections: Partial<TrainingSetup> = {}) {
  const { run } = await createTrials(sections);
  const curves: Json[][] = configs.map(() => []);
  const ended: unknown[] = [];
  while (ended.filter(Boolean).length < configs.length)
    for (const trial of configs.keys()) {
      if (ended[trial]) continue;
      const outcome = await run(trial, ({ step, value, metrics }) => {
        curves[trial]!.push([step, value, metrics!['trainLoss']!]);
        return step % epochs === 0 ? 'pause' : 'continue';
      });
      if (outcome !== 'paused') ended[trial] = facts(outcome);
    }
  return { curves, ended };
}

const gradients = {
  data: { twoMoons: { examples: 150 }, normalize: '$normalize', split: { tuning: 0.1 } },
  train: { optimizer: { adam: '$rate' }, epochs: 6, earlyStopping: false },
  space: {
    ...setup.space,
    params: setup.space.params.map(param => (param.name === 'rate' ? { ...param, tune: 'gradient' as const } : param)),
  },
};

test.each([
  ['plain training', {}],
  ['rates that the validation gradient moves', gradients],
  ['folds', { data: { twoMoons: { examples: 150 }, normalize: '$normalize', split: { folds: 3 } } }],
])('%s', async (_, sections) => {
  const whole = await inTurns(Infinity, sections);
  expect(await inTurns(1, sections)).toEqual(whole);
  expect(await inTurns(2, sections)).toEqual(whole);
  expect(new Set(whole.ended.map(each => JSON.stringify(each))).size).toBe(3);
});

test('what is let go is disposed, and its data when nobody uses them', async () => {
  const { run, close } = await createTrials();
  await run(2, () => 'continue');
  const before = tf.memory().numTensors;
  for (const trial of [0, 1, 0, 1]) expect(await run(trial, () => 'pause')).toBe('paused');
  expect(tf.memory().numTensors).toBeGreaterThan(before + 10);
  close();
  await nextTurn();
  await run(2, () => 'continue');
  expect(tf.memory().numTensors).toBe(before);
});

test('tells the bytes that it holds: weights, the memory of the optimizer, statistics, and the best so far', async () => {
  const relu = { dense: { units: 100, activation: 'relu' } };
  const model = { layers: [relu, relu] };
  const { trainer } = await createTrials({ model });
  const held: (number | undefined)[] = [];
  await trainer.train(
    { trial: 0, attempt: 1, seed: 1, config: configs[0]! },
    (_, bytes) => (held.push(bytes), 'continue'),
    () => false,
  );
  // Adam remembers two more vectors of the size of the weights; another one is that of the best epoch, so far the same.
  const weights = 4 * (2 * 100 + 100 + 100 * 100 + 100 + 100 * 2 + 2);
  expect(held[0]! / weights).toBeGreaterThan(3);
  expect(held[0]! / weights).toBeLessThan(3.2);
  expect(held).toEqual([...Array(5).fill(held[0]), 0]);
});
