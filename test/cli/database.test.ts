/** Commands about studies in a database: the same that they say of a folder, and nothing that may not be said. */
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { summarize } from '../../src/report/summarize.ts';
import { writeReport } from '../../src/report/write.ts';
import { openDatabase, type Database } from '../../src/storage/postgres/database.ts';
import { openDatabaseStorage } from '../../src/storage/postgres/storage.ts';
import { readJournal } from '../../src/storage/journal.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../postgres.ts';
import { input, time, trials } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { startTune } from './program.ts';
import { runLight, writeStudy } from './stored-study.ts';

const { PATH } = process.env;

describe.skipIf(lacksPostgres)('studies in a database', () => {
  const cwd = testFolder();
  const reports = join(cwd, 'reports');
  const password = 'geh:eim';
  let postgres: Postgres;
  let database: Database;
  /** As users write it. */
  let storage: string;
  let shown: string;
  const run = (...args: string[]) => runLight([...args, '--storage', storage], cwd);
  const inFolder = (...args: string[]) => runLight(args, cwd);
  const withEnvironment = async (more: NodeJS.ProcessEnv, ...args: string[]) =>
    startTune(args, { cwd, env: { PATH, HOME: cwd, ...more } }).ended;

  beforeAll(async () => {
    postgres = await startPostgres({ auth: 'scram-sha-256' });
    await postgres.sql(`ALTER ROLE tune PASSWORD '${password}'`, postgres.admin);
    storage = `postgres://tune:${encodeURIComponent(password)}@127.0.0.1:${postgres.port}/tune`;
    shown = `postgres://tune@127.0.0.1:${postgres.port}/tune`;
    await writeStudy(reports, 'digits', input);
    await writeStudy(reports, 'other', { ...input, trials: trials.slice(0, 3) }, { seed: 8 });
    const folder = join(reports, 'digits', '2026-03-04');
    mkdirSync(folder);
    await writeReport(summarize({ ...input, trials }), folder);
  });
  afterAll(async () => {
    await database?.close();
    await postgres?.stop();
  });

  test('without tables there are none, until `tune migrate` has made them', async () => {
    const before = await run('list');
    expect(before).toMatchObject({ code: 1, out: '', native: false });
    expect(before.err).toContain(
      `${shown}: it has no tables of tfjs-tune\n    have their owner run \`tune migrate\` once`,
    );
    const made = await run('migrate');
    expect(made).toMatchObject({ code: 0, err: '', native: false });
    expect(made.out).toMatch(/: its tables are made; version \d+\n$/);
    const again = await run('migrate', '--json');
    const { before: version, ...rest } = JSON.parse(again.out) as Record<string, unknown>;
    expect(rest).toEqual({ storage: shown, version });
    expect((await run('list')).out).toBe(`no studies in ${shown}; \`tune <space.json>\` starts one\n`);
    database = await openDatabase(storage);
  });

  test('copies arrive, and say where', async () => {
    for (const [study, count] of [
      ['digits', trials.length],
      ['other', 3],
    ] as const) {
      const copied = await inFolder('copy', study, storage);
      expect(copied).toMatchObject({ code: 0, err: '', native: false });
      expect(copied.out).toContain(`${study}: ${count} trials: `);
      expect(copied.out).toContain(`database ${shown}, study ${study}\n`);
    }
  });

  test.each([
    ['show', 'digits'],
    ['show', 'digits', '--json'],
    ['trials', 'digits', '--sort', 'value'],
    ['best', 'digits'],
    ['best', 'digits', '--json'],
    ['diff', 'digits', 'other'],
    ['advise', 'digits'],
    ['export', 'digits', '--csv'],
    ['export', 'digits', '--json'],
    ['export', 'digits', '--optuna'],
    ['list'],
    ['list', '--json'],
  ])('%s %s %s: the same as of a folder', async (...args) => {
    const [ours, theirs] = await Promise.all([run(...args), inFolder(...args)]);
    expect(ours).toMatchObject({ code: 0, err: '', native: false });
    const journal = `journal  ${join('reports', 'digits', 'journal.log')}`;
    expect(ours.out).toBe(
      theirs.out
        .replace(journal, `database ${shown}, study digits`)
        .replace(`"journal": "${join(reports, 'digits', 'journal.log')}"`, `"database": "${shown}, study digits"`),
    );
  });

  test('the environment names the database as well; the option goes before it, and an empty one is the folder', async () => {
    const fromEnvironment = await withEnvironment({ TUNE_STORAGE: storage }, 'show', 'digits');
    expect(fromEnvironment.out).toContain(`database ${shown}`);
    const elsewhere = { TUNE_STORAGE: 'postgres://nobody@127.0.0.1:1/none' };
    expect((await withEnvironment(elsewhere, 'show', 'digits', '--storage', storage)).out).toContain(
      `database ${shown}`,
    );
    for (const [more, ...args] of [
      [{ TUNE_STORAGE: '' }, 'show', 'digits'],
      [elsewhere, 'show', 'digits', '--storage', ''],
    ] as const)
      expect((await withEnvironment(more, ...args)).out).toContain('journal  reports');
    const secret = { TUNE_STORAGE: shown, PGPASSWORD: password };
    expect((await withEnvironment(secret, 'best', 'digits')).code).toBe(0);
  });

  test('report writes into the folder of reports, and of the latest study where none is named', async () => {
    rmSync(join(reports, 'digits', '2026-03-04'), { recursive: true });
    const { code, out } = await run('report', '--json');
    expect(code).toBe(0);
    const { study, files } = JSON.parse(out) as { study: string; files: { json: string } };
    expect(study).toBe('digits');
    expect(files.json.startsWith(join(reports, 'digits'))).toBe(true);
    for (const name of readdirSync(join(files.json, '..')))
      expect(readFileSync(join(files.json, '..', name), 'utf8')).not.toContain(password);
    const text = await run('show', 'digits');
    expect(text.out).toContain('report   reports');
  });

  test('who uses one is named, with the machine', async () => {
    const opened = await openDatabaseStorage(database, 'digits');
    const { studies } = JSON.parse((await run('list', '--json')).out) as { studies: Record<string, unknown>[] };
    expect(studies.find(({ study }) => study === 'digits')).toMatchObject({
      state: 'in use',
      pid: process.pid,
      host: expect.any(String),
    });
    await opened.close();
    expect((await run('list')).out).not.toContain('in use');
  });

  test('watch follows a study, its end, and a server that is away for a while', async () => {
    const program = startTune(['watch', 'digits', '--port', '0', '--storage', storage], {
      cwd,
      env: { PATH, HOME: cwd },
    });
    const [text] = (await once(program.child.stdout!, 'data')) as [string];
    const address = text.trim();
    await program.says(/shows digits/);
    const commandLine = readFileSync(`/proc/${program.child.pid}/cmdline`, 'utf8');
    expect(commandLine).not.toContain('geh');
    const seen = async () => {
      const response = await fetch(`${address}report.json`);
      const { run, trials } = (await response.json()) as { run: { stopped: string }; trials: readonly unknown[] };
      return `${run.stopped} ${trials.length}`;
    };
    const poll = { timeout: 40_000, interval: 500 };
    await expect.poll(seen, poll).toMatch(new RegExp(` ${trials.length}$`));
    const opened = await openDatabaseStorage(database, 'digits');
    await opened.append({
      type: 'trial-started',
      trial: trials.length,
      attempt: 1,
      config: trials[0]!.config,
      at: time(900),
    });
    await expect.poll(seen, poll).toBe(`running ${trials.length + 1}`);
    await opened.close();
    await expect.poll(seen, poll).toBe(`interrupted ${trials.length + 1}`);
    await postgres.down('immediate');
    const told = program.says(/is away/).then(() => true);
    // Only who is asked looks; some answers are still those of before.
    while (!(await Promise.race([told, fetch(address).then(() => sleep(200)), sleep(500)])));
    await postgres.start();
    await program.says(/is back/);
    await expect.poll(seen, poll).toBe(`interrupted ${trials.length + 1}`);
    program.child.kill('SIGTERM');
    const { code, err } = await program.ended;
    expect(code).toBe(0);
    expect(err).not.toContain('geh');
  }, 180_000);

  test('workers are shown: what they have, what they run, who has gone', async () => {
    const none = await run('workers');
    expect(none.out).toBe(`no workers in ${shown}; \`tune worker\` starts one\n`);
    await postgres.sql(
      `INSERT INTO tune.worker (id, name, pid, slots, tags, memory, draining, started_at, lease_until) VALUES
         ('00000000-0000-4000-8000-000000000001', 'b-1', 11, 4, '{gpu,"b\u001bg"}', 8192, false, '2026-03-04T05:06:07Z', now() + interval '1 h'),
         ('00000000-0000-4000-8000-000000000002', 'a\u001b[2J', 12, 1, '{}', NULL, true, '2026-03-04T05:06:07Z', now() + interval '1 h'),
         ('00000000-0000-4000-8000-000000000003', 'a-0', 13, 2, '{}', NULL, false, '2026-03-04T05:06:07Z', now() - interval '1 s');
       INSERT INTO tune.queue VALUES ('q', '{}', NULL);
       INSERT INTO tune.trial (study, number, run, state, owner, coordinator, queue, job, body)
       SELECT id, number, 1, state, '00000000-0000-4000-8000-000000000001', gen_random_uuid(), 'q', gen_random_uuid(), '{}'
       FROM tune.study, (VALUES (1, 'running'), (2, 'running'), (3, 'done')) AS trial (number, state) WHERE name = 'digits'`,
      storage,
    );
    const table = await run('workers');
    expect(table).toMatchObject({ code: 0, err: '', native: false });
    expect(table.out.split('\n').map(line => line.replaceAll(/ +/g, ' '))).toEqual([
      'worker state trials slots tags memory since (UTC)',
      'a\\x1b[2J draining 0 1 2026-03-04 05:06',
      'b-1 alive 2 4 gpu, b\\x1bg 8192 MB 2026-03-04 05:06',
      'a-0 gone 0 2 2026-03-04 05:06',
      '',
    ]);
    const { workers } = JSON.parse((await run('workers', '--json')).out) as { workers: readonly unknown[] };
    expect(workers[1]).toEqual({
      name: 'b-1',
      pid: 11,
      state: 'alive',
      trials: 2,
      slots: 4,
      tags: ['gpu', 'b\u001bg'],
      memory: 8192,
      since: '2026-03-04T05:06:07.000Z',
    });
  });

  test('names that others wrote into the database lead nowhere', async () => {
    await postgres.sql(
      `INSERT INTO tune.study (name) VALUES ('../../evil'), ('__proto__'), ('e\u001b]0;x'), ('digits@2026');
       INSERT INTO tune.event SELECT id, 1, gen_random_uuid(), body FROM tune.study,
         (SELECT body FROM tune.event WHERE seq = 1 LIMIT 1) AS first WHERE name ~ '[@./_]'`,
      storage,
    );
    const list = await run('list');
    expect(
      list.out
        .split('\n')
        .slice(1)
        .map(line => line.split(' ')[0]),
    ).toEqual(['digits', 'other', '']);
    for (const name of ['../../evil', 'digits@2026', '__proto__']) {
      const refused = await run('report', name);
      expect(refused).toMatchObject({ code: 2, out: '' });
      expect(refused.err).toContain(`the study "${name}" is set aside, and no folder can have its name`);
    }
    const unknown = await run('show', 'dig\u001b[2J');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('no study "dig\\x1b[2J" in ');
    expect((await run('show', 'digit')).err).toContain('did you mean "digits"?');
    expect((await run('show', `'; DROP TABLE tune.event; --`)).code).toBe(2);
    const copied = await inFolder('copy', storage, 'again', '--study', 'digits@2026');
    expect(copied).toMatchObject({ code: 0, err: '' });
    expect(await readJournal(join(reports, 'again', 'journal.log'))).toMatchObject([{ study: 'again' }]);
  });

  test('advice is followed for journals alone, and says the way', async () => {
    const { code, err } = await run('advise', 'digits', '--apply');
    expect(code).toBe(2);
    expect(err).toContain('tune copy <address> digits');
  });

  describe('what stands in the way is said in words, without a password', () => {
    test.each([
      ['a server that is not there', () => storage.replace(/:\d+\/tune$/, ':1/tune'), 1, 'ECONNREFUSED'],
      ['a wrong password', () => storage.replace('eim@', 'eimer@'), 1, 'PGPASSWORD'],
      ['a database that is not there', () => `${storage}-2`, 1, 'createdb'],
      ['no address', () => storage.replace('postgres:', 'mysql:'), 2, 'postgres://user@host:5432/database'],
      ['half an address', () => `postgres://tune:geh@:eim@[`, 2, 'postgres://user@host:5432/database'],
    ])('%s', async (_, address, exit, text) => {
      for (const args of [['list'], ['show', 'digits', '--json'], ['migrate']]) {
        const { code, out, err } = await runLight([...args, '--storage', address()], cwd);
        const said = out + err;
        expect(code).toBe(exit);
        expect(said).toContain(text);
        expect(said).not.toMatch(/geh|eim/);
        expect(said).not.toContain('    at ');
      }
      const copied = await inFolder('copy', 'digits', address(), '--name', 'another');
      expect(copied.code).not.toBe(0);
      expect(copied.out + copied.err).not.toMatch(/geh|eim/);
    });

    test('an address where a file or a name is meant', async () => {
      for (const args of [
        [storage],
        ['validate', storage],
        ['show', storage],
        ['predict', storage, storage, '--json'],
      ]) {
        const { code, out, err } = await inFolder(...args);
        expect(code).toBe(2);
        expect(out + err).not.toMatch(/geh|eim/);
      }
    });

    test('a database of a newer tfjs-tune', async () => {
      await postgres.sql('UPDATE tune.version SET version = version + 1', storage);
      for (const command of ['list', 'migrate']) {
        const { code, err } = await run(command);
        expect(code).toBe(1);
        expect(err).toContain('update tfjs-tune');
      }
      await postgres.sql('UPDATE tune.version SET version = version - 1', storage);
    });
  });
});
