/** A host that has trained a hundred networks is no larger than one that has trained twenty. */
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

/** Networks of many structures: each trial has shapes of its own. */
const study = {
  name: 'many',
  data: { twoMoons: { examples: 120 } },
  model: {
    layers: [
      {
        stack: {
          times: '$depth',
          layers: [{ dense: { units: '$units', activation: '$activation' } }, 'batchNorm', { dropout: '$dropout' }],
        },
      },
    ],
  },
  train: { optimizer: { $optimizer: { learningRate: 0.01 } }, batchSize: '$batchSize', epochs: '$epochs' },
  space: {
    depth: { type: 'int', low: 0, high: 3 },
    units: { type: 'int', low: 4, high: 128 },
    activation: { type: 'categorical', choices: ['relu', 'tanh', 'elu'] },
    dropout: { type: 'float', low: 0, high: 0.5 },
    optimizer: { type: 'categorical', choices: ['sgd', 'momentum', 'adam'] },
    batchSize: { type: 'categorical', choices: [16, 32] },
    epochs: { type: 'int', low: 2, high: 3 },
  },
  search: { pruner: 'none' },
};

interface Facts {
  readonly thread: number;
  readonly tensors: number;
  readonly rssMegabytes: number;
}

test('tensors stay the same and memory flat over 100 trials', { timeout: 180_000 }, async () => {
  const { trials } = await tune(study, { trials: 100, slots: 2, reports: folder });
  expect(trials.filter(({ state }) => state === 'complete')).toHaveLength(100);
  const facts = trials.map(({ attributes }) => attributes as unknown as Facts);
  // One entry for each thread, unless the number of its tensors changes.
  const tensors = new Set(facts.map(fact => `${fact.tensors} in thread ${fact.thread}`));
  const [early, late] = [facts[20]!.rssMegabytes, facts[99]!.rssMegabytes];
  console.log(`tensors: ${[...tensors].join(', ')}; memory after trials 20 and 99: ${early} and ${late} MB`);
  expect(tensors.size).toBe(2);
  expect(new Set(facts.map(({ thread }) => thread)).size).toBe(2);
  // V8 lets up to 100 MB of garbage lie, more in newer versions; what is kept for each trial would soon be more than that.
  expect(late - early).toBeLessThan(150);
});
