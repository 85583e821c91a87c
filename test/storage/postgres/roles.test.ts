/** examples/postgres/roles.sql: coordinators and workers do all that they do, and nothing else. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/storage/postgres/database.ts';
import { migrate } from '../../../src/storage/postgres/migrations.ts';
import { eventsOf } from '../../../src/storage/postgres/storage.ts';
import { namesInDatabase, putIntoDatabase, setAsideInDatabase } from '../../../src/storage/postgres/studies.ts';
import { root } from '../../cli/program.ts';
import { has } from '../../examples/has.ts';
import { coordinate, finishedBy, startWorker, until } from '../../executors/postgres/studies.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';

const folder = join(root, 'examples', 'postgres');
const roles = readFileSync(join(folder, 'roles.sql'), 'utf8');

describe.skipIf(lacksPostgres)('roles', () => {
  let postgres: Postgres;
  const as = (role: string, address = postgres.address): string => address.replace('//tune@', `//${role}@`);
  const permit = async (address: string): Promise<void> => {
    const database = await openDatabase(address);
    await migrate(database);
    await database.close();
    await postgres.sql(roles, as('postgres', address));
  };

  beforeAll(async () => {
    postgres = await startPostgres();
    await permit(postgres.address);
  });
  afterAll(() => postgres?.stop());

  test('a study runs: verdicts, a worker that dies, one that leaves, and a new start', async () => {
    const coordinator = await coordinate(as('tune_coordinator'));
    const training = async ({ config, report }: { config: any; report: any }): Promise<number> => {
      for (let epoch = 0; epoch < 3; epoch++) {
        await report(Number(config.x));
        await sleep(5);
      }
      return Number(config.x);
    };
    const first = await startWorker(as('tune_worker'), training);
    const study = coordinator.run({ budget: { trials: 12 } });
    await until(() => finishedBy(first).length >= 2);
    first.interrupt();
    await first.ended;

    const taken = await startWorker(as('tune_worker'), () => new Promise<never>(() => undefined));
    await until(() => taken.events.some(({ type }) => type === 'taken'));
    void taken.ended.catch(() => undefined);
    await taken.database.close();
    await postgres.sql(`UPDATE tune.trial SET lease_until = now() WHERE state = 'running'`, postgres.admin);

    const third = await startWorker(as('tune_worker'), training);
    expect(await study).toBe('trials');
    third.drain();
    await third.ended;
    const events = await eventsOf(coordinator.database.query, coordinator.id);
    expect(events.filter(({ type }) => type === 'trial-finished')).toHaveLength(12);

    const setAside = (): Promise<void> => setAsideInDatabase(coordinator.database, 'test', 'test before');
    await expect(setAside()).rejects.toMatchObject({ code: 'STUDY_IN_USE' });
    await coordinator.study.close();
    await setAside();
    await putIntoDatabase(coordinator.database, 'copied', randomUUID(), events);
    expect(await namesInDatabase(coordinator.database)).toEqual(['copied', 'test before']);
    await coordinator.close();
  });

  const system = [
    'DROP TABLE tune.trial',
    'DROP SCHEMA tune CASCADE',
    'ALTER TABLE tune.trial ADD COLUMN mine int',
    'ALTER TABLE tune_boss.job DISABLE TRIGGER ALL',
    'CREATE TABLE tune.mine ()',
    'CREATE TABLE public.mine ()',
    'CREATE TEMPORARY TABLE mine ()',
    'CREATE SCHEMA mine',
    'CREATE ROLE mine',
    'SELECT * FROM pg_authid',
    `COPY tune.study TO PROGRAM 'cat'`,
    `SELECT pg_read_file('/etc/passwd')`,
    'TRUNCATE tune.event CASCADE',
    'DELETE FROM tune.study',
    'UPDATE tune.study SET id = DEFAULT',
    'DELETE FROM tune.event',
    `UPDATE tune.event SET body = '{}'`,
    'UPDATE tune.version SET version = 9',
    'DELETE FROM tune.setup',
    `UPDATE tune.setup SET body = '{}'`,
    'DELETE FROM tune.queue',
    'DELETE FROM tune_boss.queue',
    `SELECT tune_boss.delete_queue('tune-poison')`,
  ];
  const ofCoordinators = [
    `INSERT INTO tune.study (name) VALUES ('mine')`,
    `INSERT INTO tune.event (study, seq, writer, body) SELECT id, 100000, gen_random_uuid(), '{}' FROM tune.study`,
    `UPDATE tune.study SET name = 'mine'`,
    'DELETE FROM tune.trial',
    `UPDATE tune.trial SET body = '{}'`,
    'UPDATE tune.trial SET cancelled = true',
    'UPDATE tune.trial SET coordinator = gen_random_uuid()',
    `UPDATE tune.epoch SET verdict = 'stop'`,
    'DELETE FROM tune.epoch',
    'DELETE FROM tune.member',
    'DELETE FROM tune.file',
    `INSERT INTO tune.setup (study, hash, body) SELECT id, 'mine', '{}' FROM tune.study`,
    `INSERT INTO tune.queue (name, tags) VALUES ('mine', '{}')`,
    `SELECT tune_boss.create_queue('mine', '{}')`,
    'UPDATE tune_boss.version SET version = 1',
    'SELECT * FROM tune_boss.schedule',
  ];

  test.each(system)('neither of them may: %s', async statement => {
    for (const role of ['tune_coordinator', 'tune_worker'])
      await expect(postgres.sql(statement, as(role))).rejects.toThrow(/permission denied|must be (owner|superuser)/);
  });

  test.each(ofCoordinators)('a worker may not: %s', async statement => {
    await expect(postgres.sql(statement, as('tune_worker'))).rejects.toThrow('permission denied');
  });

  test('who has no role in it may not even connect, and the owner is no superuser', async () => {
    await postgres.sql('CREATE ROLE stranger LOGIN', postgres.admin);
    await expect(postgres.sql('SELECT 1', as('stranger'))).rejects.toThrow('permission denied for database');
    expect(await postgres.sql('SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user')).toEqual([
      { rolsuper: false, rolcreaterole: false },
    ]);
  });

  test('applied once more it changes nothing', async () => {
    const rights = `SELECT oid::regclass, grantee::regrole, privilege_type FROM pg_class, aclexplode(relacl)
      WHERE grantee IN ('tune_coordinator'::regrole, 'tune_worker'::regrole) ORDER BY 1, 2, 3`;
    const before = await postgres.sql(rights);
    await postgres.sql(roles, postgres.admin);
    expect(await postgres.sql(rights)).toEqual(before);
  });

  test('before the owner has made the tables, they are told whose turn it is', async () => {
    const database = await openDatabase(as('tune_worker', await postgres.createDatabase()));
    await expect(migrate(database)).rejects.toThrow(/may not make them[^]*tune migrate/);
    await database.close();
  });

  test.skipIf(!has('psql', '--version'))('passwords.sql gives passwords that the environment has', async () => {
    const env = { ...process.env, COORDINATOR_PASSWORD: `it's`, WORKER_PASSWORD: 'another' };
    const file = join(folder, 'passwords.sql');
    const admin = ['--host', postgres.folder, '--port', String(postgres.port), '--username', 'postgres', 'tune'];
    execFileSync('psql', ['--no-psqlrc', '--set', 'ON_ERROR_STOP=1', '--file', file, ...admin], { env, stdio: 'pipe' });
    const rows = await postgres.sql(
      `SELECT rolname FROM pg_authid WHERE rolname LIKE 'tune\\_%' AND rolpassword LIKE 'SCRAM%' ORDER BY rolname`,
      postgres.admin,
    );
    expect(rows).toEqual([{ rolname: 'tune_coordinator' }, { rolname: 'tune_worker' }]);
  });
});
