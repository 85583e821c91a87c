import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/storage/postgres/database.ts';
import { tune } from '../../src/tune/tune.ts';
import type { Trial } from '../../src/study/trial.ts';
import { root, startTune, type Program } from '../cli/program.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { testFolder } from './test-folder.ts';

describe.skipIf(lacksPostgres)('four worker processes', () => {
  const folder = testFolder();
  let postgres: Postgres;
  let workers: readonly Program[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    for (const { child } of workers) child.kill('SIGKILL');
    await postgres.stop();
  });

  test('come to the trials and weights of one process with four slots, and its model', async () => {
    const storage = await postgres.createDatabase();
    const artifacts = join(folder, 'artifacts');
    const space = join(root, 'search-spaces', 'quickstart.json');
    const common = { trials: 8, deterministic: 4, reports: folder };
    const far = tune(space, { ...common, name: 'far', storage, artifacts });
    workers = [1, 2, 3, 4].map(worker =>
      startTune(
        [
          'worker',
          '--storage',
          storage,
          '--slots',
          '1',
          '--artifacts',
          artifacts,
          '--cache',
          join(folder, `cache-${worker}`),
        ],
        { cwd: folder },
      ),
    );
    const { trials, files, report } = await far;
    const near = await tune(space, { ...common, name: 'near', slots: 4 });
    expect(trials).toHaveLength(8);
    expect(trials.map(told)).toEqual(near.trials.map(told));
    expect(trials.every(({ attributes }) => typeof attributes?.['weightsHash'] === 'string')).toBe(true);
    expect(existsSync(join(files.model!, 'model.json'))).toBe(true);
    expect(report.model?.test).toEqual(near.report.model?.test);
    // All of them had a part in it.
    expect(report.workers).toHaveLength(4);

    for (const { child } of workers) child.kill('SIGTERM');
    for (const { ended } of workers) expect(await ended).toMatchObject({ code: 0 });
    const database = await openDatabase(storage);
    expect(await database.query('SELECT * FROM tune.trial')).toEqual([]);
    await database.close();
  }, 240_000);
});

function told({ id, state, config, value, curve, attributes }: Trial) {
  return {
    id,
    state,
    config,
    value,
    curve: curve.map(({ step, value }) => [step, value]),
    hash: attributes?.['weightsHash'],
  };
}
