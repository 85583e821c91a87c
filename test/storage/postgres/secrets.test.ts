/** The password in an address: nothing that is printed has it, and no process shows it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TuneError } from '../../../src/errors.ts';
import { checkAddress, shownAddress } from '../../../src/storage/postgres/address.ts';
import { openDatabase } from '../../../src/storage/postgres/database.ts';
import { childrenOf, runTune, startTune } from '../../cli/program.ts';
import { until } from '../../executors/postgres/studies.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';
import { moons } from '../../tune/studies.ts';
import { testFolder } from '../../tune/test-folder.ts';

const folder = testFolder();
const secret = 'hunter2-and-more';

test.each([
  `postgres://tune:${secret}@127.0.0.1/tune`,
  `postgres://tune:${secret}@127.0.0.1:5432/tune?sslmode=verify-full&password=${secret}`,
  `postgresql://${encodeURIComponent('a b')}:${secret}@[::1]/tune`,
])('an address is shown without it: %s', address => {
  expect(checkAddress(address)).toBe(address);
  expect(shownAddress(address)).not.toContain(secret);
  expect(shownAddress(address)).toMatch(/^postgres(ql)?:\/\/(tune|a%20b)@/);
});

test.each([`12/${secret}`, `12?${secret}`, `12#${secret}`, `a/${secret}`, `/${secret}`])(
  'one that ends the host too early is refused, and not shown: %s',
  password => {
    expect(() => checkAddress(`postgres://tune:${password}@127.0.0.1/tune`)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.not.stringContaining(secret) }),
    );
    checkAddress(`postgres://tune:${encodeURIComponent(password)}@127.0.0.1/tune`);
  },
);

describe.skipIf(lacksPostgres)('on a server that asks for passwords', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres({ auth: 'scram-sha-256' });
    await postgres.sql(`alter role tune password '${secret}'`, postgres.admin);
  });
  afterAll(() => postgres?.stop());

  const addressWith = ({
    user = 'tune',
    password = secret,
    host = '127.0.0.1',
    port = postgres.port,
    name = 'tune',
  } = {}) => `postgres://${user}${password && `:${password}`}@${host}:${port}/${name}`;

  interface Case {
    readonly what: string;
    readonly address: () => string;
    readonly says: RegExp;
  }
  const refused: readonly Case[] = [
    {
      what: 'a wrong password',
      address: () => addressWith({ password: `${secret}!` }),
      says: /password authentication failed[^]*PGPASSWORD/,
    },
    { what: 'no password', address: () => addressWith({ password: '' }), says: /it asks for a password[^]*PGPASSWORD/ },
    { what: 'an unknown role', address: () => addressWith({ user: 'nobody' }), says: /password authentication failed/ },
    { what: 'an unknown database', address: () => addressWith({ name: 'nothing' }), says: /"nothing" does not exist/ },
    { what: 'a port where nobody listens', address: () => addressWith({ port: 1 }), says: /ECONNREFUSED/ },
    { what: 'an unknown host', address: () => addressWith({ host: 'nowhere.invalid' }), says: /nowhere\.invalid/ },
    { what: 'a password that is badly written', address: () => addressWith({ password: `${secret}%zz` }), says: /./ },
  ];

  test.each(refused)('$what: an error for people, without it', async ({ address, says }) => {
    const error: unknown = await openDatabase(address()).catch((flaw: unknown) => flaw);
    expect(error).toBeInstanceOf(TuneError);
    const { message, problems } = error as TuneError;
    expect(message).toMatch(says);
    expect(JSON.stringify([message, problems])).not.toContain(secret);
  });

  test.each(refused)('$what: the program says it without a stack, and not the password', async ({ address, says }) => {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, TUNE_STORAGE: address(), TUNE_DEBUG: '1' };
    const { code, out, err } = await runTune(['list'], { cwd: folder, env });
    expect(code).not.toBe(0);
    expect(err).toMatch(says);
    expect(err).not.toContain('This is a bug');
    expect(out + err).not.toContain(secret);
  });

  test('notices while the server is away do not have it, nor does what the server knows of a connection', async () => {
    const notices: string[] = [];
    const database = await openDatabase(addressWith(), { notice: text => notices.push(text) });
    await database.query('SELECT 1');
    await postgres.down('immediate');
    const asked = database.query('SELECT 1');
    await new Promise(resolve => setTimeout(resolve, 300));
    await postgres.start();
    await asked;
    expect(notices).toHaveLength(2);
    expect(notices.join()).not.toContain(secret);
    const rows = await postgres.sql('SELECT * FROM pg_stat_activity', postgres.admin);
    expect(JSON.stringify(rows)).not.toContain(secret);
    await database.close();
  });

  test.skipIf(process.platform !== 'linux')('a whole study leaves it nowhere', { timeout: 120_000 }, async () => {
    const { PATH, HOME, XDG_CACHE_HOME } = process.env;
    const study = { ...moons, name: 'far', budget: { trials: 3 } };
    writeFileSync(join(folder, 'far.json'), JSON.stringify(study));
    const storage = ['--storage', addressWith(), '--artifacts', join(folder, 'artifacts')];
    const env = { PATH, HOME, XDG_CACHE_HOME, TUNE_STORAGE: addressWith(), PGPASSWORD: secret };
    const options = { cwd: folder, env };
    const coordinator = startTune(['far.json', ...storage], options);
    await coordinator.says(/tune worker/);
    const worker = startTune(['worker', '--slots', '1', '--cache', join(folder, 'cache'), ...storage], options);
    const hostsOf = (): readonly string[] =>
      childrenOf(worker.child).filter(pid => textOf(`/proc/${pid}/cmdline`).includes('executors/host'));
    await until(() => hostsOf().length > 0, 60);

    const hosts = hostsOf();
    const commands = [coordinator, worker].map(({ child }) => textOf(`/proc/${child.pid}/cmdline`));
    expect([...commands, ...hosts.map(pid => textOf(`/proc/${pid}/cmdline`))].join()).not.toContain(secret);
    expect(commands[0]).toMatch(/^tune far\.json/);
    expect(commands[1]).toMatch(/^tune worker/);
    // What trains runs code that came with the study.
    expect(hosts.map(pid => textOf(`/proc/${pid}/environ`)).join()).not.toContain(secret);

    const { code, ...said } = await coordinator.ended;
    worker.child.kill('SIGTERM');
    const end = await worker.ended;
    expect([code, said.err, end.err]).toEqual([0, said.err, end.err]);
    expect(JSON.stringify([said, end])).not.toContain(secret);
    const left = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    expect(left.map(({ name }) => name)).toContain('report.json');
    for (const { parentPath, name } of left) expect(textOf(join(parentPath, name))).not.toContain(secret);
  });
});

function textOf(file: string): string {
  return readFileSync(file, 'latin1').replaceAll('\0', ' ');
}
