/** Row 13, the other way round: an epoch of our own training may take far longer than usual, for its steps are progress. */
import { expect, test } from 'vitest';
import { threadsExecutor } from '../../src/executors/threads.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Measurement } from '../../src/study/trial.ts';
import { moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { job } from './hosts.ts';

const folder = testFolder();

test('a trial is not hung while it takes steps', { timeout: 180_000 }, async () => {
  const least = 2;
  const metric = { name: 'valLoss', goal: 'minimize' } as const;
  const setup = {
    study: 'long',
    space: defineSpace({}),
    data: { twoMoons: { examples: 6000 } },
    model: { layers: [{ dense: { units: 4 } }] },
    train: { ...moons.train, optimizer: { adam: 0.01 }, batchSize: 1, epochs: 2 },
    after: {},
    folder,
    seed: 1,
    metric,
    metrics: [metric],
    checkpoints: folder,
  };
  const executor = await threadsExecutor({
    setup: { kind: 'training', eager: true, setup },
    slots: 1,
    hang: { least, factor: 0, unknown: 3600 },
    log: () => undefined,
  });
  const seen: Measurement[] = [];
  const result = await executor.run(job(0, {}), measurement => (seen.push(measurement), 'continue' as const));
  await executor.close();
  expect(result).toMatchObject({ state: 'complete' });
  // Else the test says nothing.
  expect(seen[1]!.metrics!['seconds']).toBeGreaterThan(1.5 * least);
});
