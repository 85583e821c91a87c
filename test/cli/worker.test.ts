/** `tune worker` as a process: how it leaves, and what it keeps to itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { until } from '../executors/postgres/studies.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { testFolder } from '../tune/test-folder.ts';
import { childrenOf, runTune, startTune, type Program } from './program.ts';

const folder = testFolder();
const space = {
  name: 'by-hand',
  trainer: './trainer.mjs',
  space: { x: { type: 'float', low: 0, high: 1 } },
  search: { sampler: 'random', pruner: 'none' },
  budget: { trials: 2 },
};
const trainer = `export default async ({ config, report }) => {
  for (let step = 1; step <= 30; step++) {
    await new Promise(resolve => setTimeout(resolve, 50));
    if ((await report(config.x + 1 / step)) === 'stop') break;
  }
  return config.x;
};`;

describe.skipIf(lacksPostgres)('a worker', { timeout: 240_000 }, () => {
  let cluster: Postgres;
  beforeAll(async () => {
    cluster = await startPostgres();
    writeFileSync(join(folder, 'space.json'), JSON.stringify(space));
    writeFileSync(join(folder, 'trainer.mjs'), trainer);
  }, 60_000);
  afterAll(() => cluster?.stop());

  test('drains on SIGTERM, gives back on the second one, and shows no secret to others', async () => {
    const storage = await cluster.createDatabase();
    const { PATH, HOME, XDG_CACHE_HOME } = process.env;
    const env = { PATH, HOME, XDG_CACHE_HOME, PGPASSWORD: 'hidden', AWS_SECRET_ACCESS_KEY: 'hidden' };
    const start = (...more: readonly string[]): Program =>
      startTune(
        [
          'worker',
          '--storage',
          storage.replace('tune@', 'tune:hidden@'),
          '--slots',
          '1',
          '--data-root',
          folder,
          '--cache',
          join(folder, 'cache'),
          ...more,
        ],
        { cwd: folder, env },
      );
    const study = tune(join(folder, 'space.json'), { reports: join(folder, 'reports'), storage });
    // Those of a trial that its study has recorded are forgotten.
    const hasBegun = async (trial: number): Promise<boolean> =>
      (await cluster.sql(`SELECT FROM tune.epoch WHERE number = ${trial}`, storage).catch(() => [])).length > 0;

    const draining = start('--json');
    await until(() => hasBegun(0), 60);
    const { pid } = draining.child;
    expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain('hidden');
    const hosts = childrenOf(draining.child);
    expect(hosts).not.toHaveLength(0);
    for (const host of hosts) expect(readFileSync(`/proc/${host}/environ`, 'latin1')).not.toContain('hidden');
    draining.child.kill('SIGTERM');
    const drained = await draining.ended;
    expect(drained).toMatchObject({ code: 0, signal: null });
    expect(drained.err).toContain('leaving: no more trials are taken');
    expect(drained.err).not.toContain('hidden');
    expect(
      drained.out
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as unknown),
    ).toMatchObject([{ study: 'by-hand', trial: 0, attempt: 1, state: 'complete' }]);

    const leaving = start();
    await until(() => hasBegun(1), 60);
    leaving.child.kill('SIGTERM');
    await leaving.says(/leaving/);
    leaving.child.kill('SIGTERM');
    const left = await leaving.ended;
    expect(left).toMatchObject({ code: 0, signal: null });
    expect(left.err).toContain('by-hand trial 1 given back');

    const last = start('--grace', '0');
    const { trials } = await study;
    expect(trials.map(({ state, curve }) => [state, curve.length])).toEqual([
      ['complete', 30],
      ['complete', 30],
    ]);
    last.child.kill('SIGTERM');
    expect(await last.ended).toMatchObject({ code: 0, signal: null });
    expect(await cluster.sql('SELECT FROM tune.worker', storage)).toEqual([]);
  });

  test('without a database is refused', async () => {
    const { code, err } = await runTune(['worker'], { cwd: folder });
    expect(code).toBe(2);
    expect(err).toContain('TUNE_STORAGE');
  });
});
