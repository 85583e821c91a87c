/** Stores of artifacts where something fails: disks, servers, processes, users. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openArtifacts } from '../../src/artifacts/open-artifacts.ts';
import { TuneError } from '../../src/errors.ts';
import { root } from '../cli/program.ts';
import { testFolder } from '../tune/test-folder.ts';
import { lacksMoto, s3Environment, useMoto } from './moto.ts';

const folder = testFolder();
const missing = join(folder, 'none');
const fileOf = (name: string, contents: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
};
const opened = pathToFileURL(join(root, 'dist', 'artifacts', 'open-artifacts.js')).href;
/** A program that puts a file: node -e "…" address key file. It prints the error. */
const putting = `const [address, key, file] = process.argv.slice(1);
  const { openArtifacts } = await import(process.env.STORES);
  const said = await openArtifacts(address).then(store => store.put(key, file)).then(() => 'done', error => error);
  console.log(said === 'done' ? said : said.code + ' ' + said.message);`;
const node = (script: string, args: readonly string[]): readonly string[] => [
  '--input-type=module',
  '--eval',
  script,
  ...args,
];
const { PATH, HOME } = process.env;
const env = { PATH, HOME, STORES: opened };

/** The error that it ends with. */
const errorOf = (work: Promise<unknown>): Promise<TuneError> =>
  work.then(
    () => expect.unreachable('it did not fail'),
    (error: TuneError) => error,
  );

describe('addresses', () => {
  test.each([
    'http://example.org/x',
    'gs://bucket/x',
    'file:///tmp/x',
    's3://',
    's3://A_B/x',
    's3://bucket/../x',
    's3://bucket/a//b',
    's3://bucket/x?y=z',
    's3://AKIA:hidden@bucket/x',
    'postgres://me:hidden@host/db',
    '',
  ])('%s is none', async address => {
    const error = await errorOf(openArtifacts(address));
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect(error.message).toContain('expected the path of a folder, or s3://bucket/prefix');
    expect(error.message).not.toContain('hidden');
  });

  test('a folder on a disk that is not mounted is not made', async () => {
    const error = await errorOf(openArtifacts(join(folder, 'not-mounted', 'artifacts')));
    expect(error).toMatchObject({ code: 'STORAGE_FAILED', message: /not-mounted.*cannot keep artifacts here: ENOENT/ });
  });

  test('without the AWS SDK there is a word on how to get it', () => {
    // All that the stores import is in these; no node_modules is near.
    const copy = join(folder, 'without-sdk');
    mkdirSync(join(copy, 'artifacts'), { recursive: true });
    writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
    for (const name of ['artifacts', 'errors.js', 'text.js', 'storage-failed.js', 'within.js'])
      cpSync(join(root, 'dist', name), join(copy, name), { recursive: true });
    const stores = pathToFileURL(join(copy, 'artifacts', 'open-artifacts.js')).href;
    const args = node(putting, ['s3://bucket', 'a/b', missing]);
    const out = execFileSync(process.execPath, args, { env: { ...env, STORES: stores }, encoding: 'utf8', cwd: copy });
    expect(out).toBe('USAGE the AWS SDK for artifacts in S3 is missing\n    npm install @aws-sdk/client-s3\n');
  });
});

describe('a folder', () => {
  test('links that lead out of it are not followed', async () => {
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    const store = await openArtifacts(join(folder, 'linked'));
    symlinkSync(outside, join(folder, 'linked', 'study'));
    symlinkSync(join(folder, 'nothing'), join(folder, 'linked', 'dangling'));
    symlinkSync(fileOf('secret', 'secret'), join(folder, 'linked', 'file'));
    const file = fileOf('own', 'own');
    for (const key of ['study/a', 'study/a/b', 'dangling', 'file'])
      for (const use of ['put', 'get', 'has', 'delete'] as const)
        await expect(use === 'delete' ? store.delete([key]) : store[use](key, file)).rejects.toMatchObject({
          code: 'STORAGE_FAILED',
          message: /a link leads out of/,
        });
    expect(readdirSync(outside)).toEqual([]);
    expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe('secret');
    expect(readFileSync(file, 'utf8')).toBe('own');
  });

  test('a process that is killed in the middle of a put leaves nothing but what is cleared away later', async () => {
    const address = join(folder, 'killed');
    const store = await openArtifacts(address);
    await store.put('a/b', fileOf('before', 'before'));
    // Whoever reads this pipe waits for more than it gets.
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('bash', ['-c', `exec 3>"${pipe}"; head -c 1000000 /dev/zero >&3; sleep 60`]);
    const child = spawn(process.execPath, node(putting, [address, 'a/b', pipe]), { env, stdio: 'ignore' });
    const partial = (): readonly string[] => readdirSync(join(address, '.under-way'));
    const sizeOf = (name: string): number => statSync(join(address, '.under-way', name)).size;
    await expect.poll(() => partial().map(sizeOf), { timeout: 20_000 }).toEqual([1_000_000]);
    child.kill('SIGKILL');
    writer.kill('SIGKILL');
    await once(child, 'exit');
    const path = join(folder, 'after');
    expect(await store.get('a/b', path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('before');
    expect(readdirSync(join(address, 'a'))).toEqual(['b']);
    // What is young may be on its way still.
    await openArtifacts(address);
    expect(partial()).toHaveLength(1);
    const old = Date.now() / 1000 - 25 * 3600;
    utimesSync(join(address, '.under-way', partial()[0]!), old, old);
    await openArtifacts(address);
    expect(partial()).toEqual([]);
  });

  /** A shell with a file system of its own may mount a disk that is as small as it likes. */
  const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
  test.skipIf(!canMount)('a full disk is told, keeps what it had, and has room again', () => {
    mkdirSync(join(folder, 'disk'));
    fileOf('small', Buffer.alloc(10_000, 1));
    fileOf('big', Buffer.alloc(1_000_000, 2));
    const script = `mount -t tmpfs -o size=256k tmpfs disk || exit 99
      put() { "$NODE" --input-type=module --eval "$PUTTING" disk/store "$@"; }
      put a/b small; put a/b big; put a/c big
      cmp small disk/store/a/b && ls disk/store/a disk/store/.under-way; put a/c small`;
    const out = execFileSync('unshare', ['-rm', 'bash', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...env, NODE: process.execPath, PUTTING: putting },
    });
    const full = (key: string): string =>
      `DISK_FULL .*/disk/store/${key}: cannot keep the artifact: ENOSPC: no space left on device, write; [\\d.]+ k?B are free there`;
    expect(out).toMatch(
      new RegExp(`^done\n${full('a/b')}\n${full('a/c')}\ndisk/store/.under-way:\n\ndisk/store/a:\nb\ndone\n$`),
    );
  });
});

describe.skipIf(lacksMoto)('a bucket', () => {
  const moto = useMoto();

  /** Between us and the server: dies when so many bytes have gone to it. */
  const frail = async (bytes: number) => {
    const { port } = new URL(moto.url);
    let left = bytes;
    const proxy = createServer(client => {
      const server = connect(Number(port), '127.0.0.1');
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const)
        from.on('error', () => to.destroy()).on('close', () => to.destroy());
      client.on('data', chunk => {
        left -= chunk.length;
        if (left > 0) return void server.write(chunk);
        client.destroy();
        server.destroy();
      });
      server.on('data', chunk => client.write(chunk));
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    process.env['AWS_ENDPOINT_URL'] = url;
    const store = await openArtifacts('s3://tune/frail');
    process.env['AWS_ENDPOINT_URL'] = moto.url;
    return { store, close: () => proxy.close() };
  };

  test.each([
    ['in one piece', 4_000_000, 1_000_000],
    ['in parts', 40_000_000, 20_000_000],
  ])('whose server dies in the middle of a put %s: no half object, and a clear error', async (_, size, dies) => {
    const sound = await openArtifacts('s3://tune/frail');
    await sound.put('a/old', fileOf('before', 'before'));
    await sound.delete(['a/new']);
    for (const key of ['a/new', 'a/old']) {
      const { store, close } = await frail(dies);
      const error = await errorOf(store.put(key, fileOf('large', Buffer.alloc(size, 7))));
      expect(error).toMatchObject({ code: 'STORAGE_FAILED', exitCode: 1 });
      expect(error.message).toMatch(
        /^s3:\/\/tune\/frail\/a\/(new|old): cannot keep the artifact: .*(ECONNRESET|EPIPE|hang up)/,
      );
      await store.close();
      close();
    }
    expect(await sound.has('a/new')).toBe(false);
    const path = join(folder, 'whole');
    expect(await sound.get('a/old', path)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('before');
    await sound.close();
  });

  test('whose server dies in the middle of a get: no half file', async () => {
    const sound = await openArtifacts('s3://tune/frail');
    await sound.put('a/large', fileOf('large', Buffer.alloc(5_000_000, 7)));
    const server = createServer(client => {
      client.once('data', () => {
        client.write('HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n');
        client.write(Buffer.alloc(1_000_000, 7), () => client.destroy());
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const store = await openArtifacts('s3://tune/frail');
    process.env['AWS_ENDPOINT_URL'] = moto.url;
    mkdirSync(join(folder, 'got'));
    const error = await errorOf(store.get('a/large', join(folder, 'got', 'file')));
    expect(error).toMatchObject({ code: 'STORAGE_FAILED', message: /cannot fetch the artifact: \S+/ });
    expect(readdirSync(join(folder, 'got'))).toEqual([]);
    server.close();
  });

  test('whose server is away', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    const store = await openArtifacts('s3://tune');
    process.env['AWS_ENDPOINT_URL'] = moto.url;
    const error = await errorOf(store.has('a/b'));
    expect(error).toMatchObject({ code: 'STORAGE_FAILED', message: /cannot look for the artifact: .*ECONNREFUSED/ });
  });

  test('that is not there', async () => {
    const store = await openArtifacts('s3://nowhere');
    const error = await errorOf(store.put('a/b', fileOf('small', 'x')));
    expect(error.message).toMatch(/^s3:\/\/nowhere\/a\/b: cannot keep the artifact: .*\n {4}make the bucket/);
    await expect(store.get('a/b', missing)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  test('without credentials or a region says which variables to set', () => {
    const args = node(putting, ['s3://tune', 'a/b', fileOf('small', 'x')]);
    const told = (unset: string): string =>
      execFileSync(process.execPath, args, {
        env: { ...env, ...s3Environment(moto.url), [unset]: '' },
        encoding: 'utf8',
        cwd: root,
      });
    expect(told('AWS_ACCESS_KEY_ID')).toMatch(/^STORAGE_FAILED .*\n {4}set AWS_ACCESS_KEY_ID and AWS_SECRET/);
    expect(told('AWS_REGION')).toMatch(/^STORAGE_FAILED .*\n {4}set AWS_REGION\n$/);
    expect(told('NONE')).toBe('done\n');
  });
});
