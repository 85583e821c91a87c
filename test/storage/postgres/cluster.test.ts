/** The cluster that tests of PostgreSQL run on: it comes back from a crash with what it had, and leaves nothing behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { keeper, lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';

/** Processes that were started with this folder among their arguments, or in it. */
function processesOf(folder: string): readonly string[] {
  const commands = readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return [];
      }
    });
  return commands.filter(command => command.includes(folder));
}

async function expectGone({ folder, pid }: { folder: string; pid: number }): Promise<void> {
  for (let turn = 0; turn < 100 && (existsSync(folder) || existsSync(`/proc/${pid}`)); turn++) await sleep(100);
  expect(existsSync(folder)).toBe(false);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(processesOf(folder)).toEqual([]);
}

describe.skipIf(lacksPostgres || process.platform !== 'linux')('a cluster', () => {
  const using = async (options: Parameters<typeof startPostgres>[0], work: (postgres: Postgres) => Promise<void>) => {
    const postgres = await startPostgres(options);
    const left = { folder: postgres.folder, pid: postgres.pid() };
    try {
      await work(postgres);
    } finally {
      await postgres.stop();
    }
    await expectGone(left);
  };

  test('keeps what was committed through a crash and through an end in order', () =>
    using({}, async postgres => {
      await postgres.sql(`create table kept (value int)`);
      for (const [value, mode] of [[1, 'immediate'] as const, [2, 'fast'] as const]) {
        await postgres.sql(`insert into kept values (${value})`);
        const before = postgres.pid();
        await postgres.restart(mode);
        expect(postgres.pid()).not.toBe(before);
      }
      expect(await postgres.sql('select value from kept order by 1')).toEqual([{ value: 1 }, { value: 2 }]);
      const log = readFileSync(`${postgres.folder}/log`, 'utf8');
      expect(log.match(/database system was not properly shut down/g)).toHaveLength(1);
    }));

  test('has databases that know nothing of each other, and an owner who is no superuser', () =>
    using({}, async postgres => {
      const [one, two] = [await postgres.createDatabase(), await postgres.createDatabase()];
      await postgres.sql('create schema mine; create table mine.things ()', one);
      expect(await postgres.sql(`select to_regclass('mine.things') as it`, two)).toEqual([{ it: null }]);
      expect(await postgres.sql('select usesuper from pg_user where usename = current_user', one)).toEqual([
        { usesuper: false },
      ]);
      expect(await postgres.sql('select current_user as who, current_database() as where', postgres.admin)).toEqual([
        { who: 'postgres', where: 'tune' },
      ]);
    }));

  test('takes settings, and asks for passwords where it should', () =>
    using({ settings: { work_mem: '5MB' }, auth: 'scram-sha-256' }, async postgres => {
      expect(await postgres.sql('show work_mem')).toEqual([{ work_mem: '5MB' }]);
      const wrong = postgres.address.replace(/:[0-9a-f]+@/, ':wrong@');
      await expect(postgres.sql('select 1', wrong)).rejects.toThrow('password authentication failed');
    }));

  test('takes connections with TLS alone where it should', () =>
    using({ tls: true }, async postgres => {
      await expect(postgres.sql('select 1')).rejects.toThrow('no encryption');
      const address = `${postgres.address}?sslmode=verify-full&sslrootcert=${postgres.folder}/tls/ca.crt`;
      expect(await postgres.sql('select ssl from pg_stat_ssl where pid = pg_backend_pid()', address)).toEqual([
        { ssl: true },
      ]);
    }));

  test('is gone when the process that started it was killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tune-keeper-'));
    const kept = `process.on('SIGQUIT', () => process.exit()); console.log(process.pid); setInterval(() => 0, 1000)`;
    const args = ['-c', keeper, 'keeper', folder, process.execPath, '-e', kept];
    const script = `require('node:child_process').spawn('/bin/sh', ${JSON.stringify(args)}, { stdio: ['pipe', 'inherit', 'inherit'] })`;
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = await once(holder.stdout, 'data');
    expect(processesOf(folder).length).toBeGreaterThan(0);
    holder.kill('SIGKILL');
    await expectGone({ folder, pid: Number(pid) });
  });
});
