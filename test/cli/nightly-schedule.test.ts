/** `tune nightly --schedule` as a process: what it refuses, says and ends with. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacksPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { nightQueue } from '../../src/tune/night-turns.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runTune, startTune } from './program.ts';

const cwd = testFolder();
const folder = join(cwd, 'search-spaces');
const address = 'postgres://tune@127.0.0.1:1/tune';
mkdirSync(folder);
writeFileSync(join(folder, 'train.mjs'), 'export default () => 0;');
writeFileSync(
  join(folder, 'a.json'),
  JSON.stringify({ trainer: 'train.mjs', space: { x: { type: 'float', low: 0, high: 1, default: 0.5 } } }),
);

describe('a schedule', () => {
  test('without a database is refused, with what does without', async () => {
    const { code, err } = await runTune(['nightly', '--schedule', '0 2 * * *'], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/--schedule needs --storage/);
    expect(err).toMatch(/systemd/);
  });

  test('that is none is refused before the database is asked', async () => {
    const { code, err } = await runTune(['nightly', '--storage', address, '--schedule', '0 25 * * *'], { cwd });
    expect(code).toBe(2);
    expect(err).toMatch(/hour "25": .*0-23/);
  });
});

describe.skipIf(lacksPostgres)('a process that waits for nights', () => {
  let cluster: Postgres;
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster?.stop());

  test(
    'ends at once while it is idle, and in order in the middle of a night, which goes on',
    { timeout: 120_000 },
    async () => {
      const args = ['nightly', '--storage', cluster.address, '--schedule', '0 2 * * *'];
      const idle = startTune(args, { cwd });
      await idle.says(/next night of .*search-spaces: \d{4}-\d\d-\d\d 02:00 \(\S+\)/);
      idle.child.kill('SIGTERM');
      expect(await idle.ended).toMatchObject({ code: 0, out: '' });

      const cut = startTune(args, { cwd });
      await cut.says(/next night/);
      await cluster.sql(
        `UPDATE tune.night SET latest = '2020-01-01 02:00';
       INSERT INTO tune_boss.job (name) VALUES ('${nightQueue(folder)}')`,
      );
      await cut.says(/trials wait for a worker/);
      cut.child.kill('SIGTERM');
      const { code, out } = await cut.ended;
      expect(code).toBe(130);
      expect(out).toMatch(/1 interrupted/);

      const next = startTune(args, { cwd });
      await next.says(/goes on with the night that was cut off/);
      await next.says(/a goes on where it was cut off/);
      next.child.kill('SIGTERM');
      expect((await next.ended).code).toBe(130);
    },
  );

  test('ends when the schedule is removed', async () => {
    const args = ['nightly', '--storage', cluster.address, '--schedule'];
    await cluster.sql('UPDATE tune.night SET began_at = NULL');
    const waiting = startTune([...args, '0 3 * * *'], { cwd });
    await waiting.says(/next night of .*03:00/);
    expect(await runTune([...args, 'none'], { cwd })).toMatchObject({
      code: 0,
      err: expect.stringContaining('have no schedule any more'),
    });
    expect(await waiting.ended).toMatchObject({ code: 0, err: expect.stringContaining('the schedule was removed') });
    expect(await cluster.sql('SELECT FROM tune_boss.schedule')).toEqual([]);
  });
});
