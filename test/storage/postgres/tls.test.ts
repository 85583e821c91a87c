/** Connections with TLS: every one of ours, with a server that proves who it is, or none. */
import { copyFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TuneError } from '../../../src/errors.ts';
import { openDatabase } from '../../../src/storage/postgres/database.ts';
import { migrate } from '../../../src/storage/postgres/migrations.ts';
import { makeCertificates } from '../../certificates.ts';
import { lacksPostgres, startPostgres, type Postgres } from '../../postgres.ts';

describe.skipIf(lacksPostgres)('with TLS', () => {
  let postgres: Postgres;
  let authority: string;
  const verified = (ca = authority): string => `${postgres.address}?sslmode=verify-full&sslrootcert=${ca}`;

  beforeAll(async () => {
    postgres = await startPostgres({ tls: true });
    authority = join(postgres.folder, 'tls/ca.crt');
  });
  afterAll(() => postgres?.stop());

  /** Has the server prove that it is these, signed by an authority of its own. @returns that one's certificate */
  const serveAs = async (...hosts: readonly string[]): Promise<string> => {
    const folder = join(postgres.folder, 'tls');
    const { uid, gid } = statSync(join(postgres.folder, 'data'));
    makeCertificates(folder, hosts, { uid, gid });
    await postgres.restart('fast');
    const copy = join(folder, `${hosts.join('-')}.ca.crt`);
    copyFileSync(join(folder, 'ca.crt'), copy);
    return copy;
  };

  const refusal = async (address: string): Promise<TuneError> => {
    const error: unknown = await openDatabase(address).then(
      async database => {
        await database.close();
        throw new Error('was let in');
      },
      (flaw: unknown) => flaw,
    );
    expect(error).toBeInstanceOf(TuneError);
    return error as TuneError;
  };

  test('all connections are encrypted: those that ask, the one that listens, those of pg-boss', async () => {
    const database = await openDatabase(verified(), { name: 'tune under test' });
    await migrate(database);
    await database.listen('anything', () => undefined);
    await Promise.all([1, 2, 3].map(() => database.query('SELECT pg_sleep(0.1)')));
    const rows = await database.query<{ ssl: boolean; version: string }>(
      `SELECT ssl, version FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'tune under test'`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const row of rows) expect(row).toEqual({ ssl: true, version: 'TLSv1.3' });
    await database.close();
  });

  test('a server that wants TLS refuses who comes without', async () => {
    const { code, message } = await refusal(postgres.address);
    expect(code).toBe('STORAGE_FAILED');
    expect(message).toContain('no encryption');
  });

  test('a server without TLS is refused by who wants it', async () => {
    const plain = await startPostgres();
    try {
      const { message } = await refusal(`${plain.address}?sslmode=verify-full&sslrootcert=${authority}`);
      expect(message).toContain('does not support SSL');
    } finally {
      await plain.stop();
    }
  });

  test('a file of certificates that is not there is a mistake of the user', async () => {
    const { message } = await refusal(verified('/nowhere/ca.crt'));
    expect(message).toContain('/nowhere/ca.crt');
  });

  test('a server that another authority signed for is refused', async () => {
    const former = join(postgres.folder, 'former.crt');
    copyFileSync(authority, former);
    const present = await serveAs('localhost', '127.0.0.1');
    const { code, message } = await refusal(verified(former));
    expect(code).toBe('STORAGE_FAILED');
    expect(message).toMatch(/certificate/);
    const database = await openDatabase(verified(present));
    await database.close();
  });

  test('a server of another name is refused', async () => {
    const present = await serveAs('other.example');
    for (const address of [verified(present), verified(present).replace('127.0.0.1', 'localhost')]) {
      const { code, message } = await refusal(address);
      expect(code).toBe('STORAGE_FAILED');
      expect(message).toContain('does not match certificate');
    }
  });

  test('an address is not proved by a name that it happens to have', async () => {
    const present = await serveAs('localhost');
    await (await openDatabase(verified(present).replace('127.0.0.1', 'localhost'))).close();
    expect((await refusal(verified(present))).message).toContain('127.0.0.1');
  });
});
