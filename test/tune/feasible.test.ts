/** Configurations that make no model never reach a trainer host: the coordinator tells them as failed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import type { ThreadsExecutor } from '../../src/executors/threads.ts';
import type { Config } from '../../src/space/space.ts';
import { readTarget } from '../../src/tune/target.ts';
import { planWork } from '../../src/tune/work.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();

/** 12 pixels can be halved to 6, 3 and 1: half of the depths pool the image away. */
const pooling = {
  name: 'pooled-away',
  data: { glyphs: { examples: 60, size: 12 } },
  model: { layers: [{ stack: { times: '$depth', layers: [{ maxPool: 2 }] } }, 'flatten', { dense: '$units' }] },
  train: { epochs: 1 },
  space: {
    depth: { type: 'categorical', choices: [1, 2, 3, 4, 5, 6] },
    units: { type: 'categorical', choices: [2, 1000] },
  },
  search: { pruner: 'none' },
};

const job = (config: Config) => ({ trial: 1, attempt: 1, seed: 1, config });

test('they are answered while the host stands still', async () => {
  const file = await readTarget(pooling, {});
  const { start } = await planWork(file, join(reports, 'checkpoints'), {}, () => undefined);
  const executor = (await start(1)) as ThreadsExecutor;
  const pid = await executor.hostPid();
  process.kill(pid, 'SIGSTOP');
  try {
    for (const depth of [4, 5, 6]) {
      const result = await executor.run(job({ depth, units: 2 }), () => 'continue');
      const message = expect.stringContaining('maxPool with a 2x2 window got an input of 1x1');
      expect(result).toMatchObject({ state: 'failed', failure: { cause: 'infeasible', message } });
    }
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  const possible = await executor.run(job({ depth: 3, units: 2 }), () => 'continue');
  expect(possible).toMatchObject({ state: 'complete' });
  await executor.close();
});

test('they count as trials; the journal and the report hold the reasons, with limits on the size', async () => {
  const model = { ...pooling.model, maxParameters: 30_000 };
  const { trials, report, files } = await tune({ ...pooling, model }, { trials: 12, slots: 2, reports });
  expect(trials).toHaveLength(12);
  for (const { config, state, failure } of trials) {
    const { depth, units } = config as { depth: number; units: number };
    // 6 x 6 pixels and 1000 units are 37,000 weights and 10,010 of the output layer.
    const isTooLarge = units === 1000 && depth === 1;
    expect(failure?.cause).toBe(depth > 3 || isTooLarge ? 'infeasible' : undefined);
    expect(state).toBe(failure ? 'failed' : 'complete');
  }
  expect(report.cost.counts).toMatchObject({ complete: 5, failed: 7 });
  expect(report.failures).toMatchObject([
    { cause: 'infeasible', count: 6, message: expect.stringContaining('maxPool with a 2x2 window') },
    { cause: 'infeasible', count: 1, message: expect.stringContaining('the model has 47010 parameters') },
  ]);
  const journal = readFileSync(files.journal!, 'utf8');
  expect(journal).toContain('the model has 47010 parameters');
  expect(journal.match(/maxPool with a 2x2 window/g)).toHaveLength(6);
});
