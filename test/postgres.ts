/**
 * A PostgreSQL cluster of the tests' own: a temporary folder, a free port of the loopback, and nothing left of either
 * afterwards, however this process ends. TUNE_POSTGRES_BIN names the folder of the programs; else the newest that Debian
 * installed is taken, or the one on PATH. `.ci/run` installs Debian's.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  realpathSync,
} from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { makeCertificates } from './certificates.ts';

export interface PostgresOptions {
  /** Of postgresql.conf. Tests do without fsync unless it is asked for here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Takes connections with TLS alone; `<folder>/tls/ca.crt` has signed for localhost and the host. */
  readonly tls?: boolean;
  /** What roles prove who they are by: `trust` asks for nothing, `scram-sha-256` for their password. */
  readonly auth?: 'trust' | 'scram-sha-256';
  /** What it listens on; 127.0.0.1. */
  readonly host?: string;
}

export interface Postgres {
  /** Of the database `tune`, as its owner, the role `tune`, who is no superuser. */
  readonly address: string;
  /** The same as the superuser `postgres`, through a socket in the folder that asks for no password. */
  readonly admin: string;
  readonly port: number;
  /** Has the data, the log (`log`) and the socket. */
  readonly folder: string;
  /** The process that all others of the cluster come from. */
  pid(): number;
  /** The address of a new and empty database, which the role `tune` owns. */
  createDatabase(name?: string): Promise<string>;
  /** Rows of the last statement of a text; as the owner, unless another address is given. */
  sql(text: string, address?: string): Promise<readonly any[]>;
  /** `immediate` is a crash, with recovery afterwards; `fast` cuts connections off in order. */
  restart(mode: StopMode): Promise<void>;
  /** Ends the cluster until `start`. */
  down(mode: StopMode): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export type StopMode = 'immediate' | 'fast';
const signals = { immediate: 'QUIT', fast: 'INT' } as const;

/** Who runs the server: it refuses root. */
interface User {
  readonly uid?: number;
  readonly gid?: number;
}

function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'postgres'))
    .flatMap(file => (existsSync(file) ? dirname(realpathSync(file)) : []));
  return [process.env['TUNE_POSTGRES_BIN'], ...versions.map(version => join(debian, version, 'bin')), ...onPath].find(
    folder => folder && ['postgres', 'initdb'].every(program => existsSync(join(folder, program))),
  );
}

function findUser(): User | undefined {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

const programs = findPrograms();
const user = findUser();

/** Why tests with PostgreSQL are skipped, for describe.skipIf and for whoever runs them. */
export const lacksPostgres: string | undefined =
  programs === undefined
    ? 'there is no PostgreSQL: not in TUNE_POSTGRES_BIN, /usr/lib/postgresql or PATH'
    : user === undefined
      ? 'PostgreSQL refuses to be run by root, and there is no user postgres'
      : undefined;

if (lacksPostgres) console.warn(`tests with PostgreSQL are skipped: ${lacksPostgres}`);

/**
 * Runs the server until it is told on its stdin by which signal to end it. When this process ends without a word, killed
 * as it may be, the server ends too, and its folder goes with it.
 */
export const keeper = `
trap '' INT TERM
folder=$1; shift
"$@" & server=$!
read -r signal || orphan=yes
kill -"\${signal:-QUIT}" $server
wait $server
[ -z "$orphan" ] || rm -rf "$folder"`;

export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  if (lacksPostgres) throw new Error(lacksPostgres);
  const { settings = {}, tls = false, auth = 'trust', host = '127.0.0.1' } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tune-postgres-'));
  if (user!.uid !== undefined) chownSync(folder, user!.uid, user!.gid!);
  const data = join(folder, 'data');
  const port = await freePort(host);
  const password = auth === 'trust' ? '' : randomBytes(12).toString('hex');
  const addressOf = (database: string): string =>
    `postgres://tune${password && `:${password}`}@${host.includes(':') ? `[${host}]` : host}:${port}/${database}`;
  const adminOf = (database: string): string => `postgres://postgres@${encodeURIComponent(folder)}:${port}/${database}`;

  const all = {
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: folder,
    fsync: 'off',
    full_page_writes: 'off',
    ...(tls && {
      ssl: 'on',
      ssl_cert_file: join(folder, 'tls/server.crt'),
      ssl_key_file: join(folder, 'tls/server.key'),
    }),
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const log = openSync(join(folder, 'log'), 'a');
    const command = [join(programs!, 'postgres'), '-D', data, ...flags];
    server = spawn('/bin/sh', ['-c', keeper, 'keeper', folder, ...command], {
      ...user,
      cwd: folder,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    await answers(adminOf('postgres'), () => readFileSync(join(folder, 'log'), 'utf8'));
  };

  const down = async (mode: StopMode): Promise<void> => {
    if (!server) return;
    const ended = once(server, 'exit');
    server.stdin!.end(`${signals[mode]}\n`);
    server = undefined;
    await ended;
  };

  const stop = async (): Promise<void> => {
    await down('immediate');
    await rm(folder, { recursive: true, force: true });
  };

  const createDatabase = async (name = `tune_${randomBytes(6).toString('hex')}`): Promise<string> => {
    await sql(`create database "${name}" owner tune`, adminOf('postgres'));
    return addressOf(name);
  };

  try {
    execFileSync(
      join(programs!, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
      { ...user, cwd: folder, stdio: 'pipe' },
    );
    if (tls) makeCertificates(join(folder, 'tls'), ['localhost', host], user!);
    await writeFile(
      join(data, 'pg_hba.conf'),
      `local all all trust\n${tls ? 'hostssl' : 'host'} all all all ${auth}\n`,
    );
    await start();
    await sql(`create role tune login${password && ` password '${password}'`}`, adminOf('postgres'));
    await createDatabase('tune');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address: addressOf('tune'),
    admin: adminOf('tune'),
    port,
    folder,
    pid: () => Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8')),
    createDatabase,
    sql: (text, address = addressOf('tune')) => sql(text, address),
    async restart(mode) {
      await down(mode);
      await start();
    },
    down,
    start,
    stop,
  };
}

async function sql(text: string, address: string): Promise<readonly any[]> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    const results = await client.query(text);
    return (Array.isArray(results) ? results.at(-1) : results).rows;
  } finally {
    await client.end();
  }
}

/** Resolves once the server takes connections. */
async function answers(address: string, log: () => string, seconds = 60): Promise<void> {
  for (const end = performance.now() + seconds * 1000; ; await sleep(20)) {
    try {
      await sql('select 1', address);
      return;
    } catch (error) {
      if (performance.now() > end) throw new Error(`PostgreSQL does not answer:\n${log()}`, { cause: error });
    }
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
