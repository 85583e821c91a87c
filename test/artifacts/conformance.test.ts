/** What every store of artifacts promises. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openArtifacts } from '../../src/artifacts/open-artifacts.ts';
import type { ArtifactStore } from '../../src/artifacts/store.ts';
import { testFolder } from '../tune/test-folder.ts';
import { lacksMoto, useMoto } from './moto.ts';

const folder = testFolder();
let files = 0;
/** A file with these contents. */
const fileOf = (contents: string | Uint8Array): string => {
  const path = join(folder, `file-${files++}`);
  writeFileSync(path, contents);
  return path;
};
const target = (): string => join(folder, `file-${files++}`);

function promises(open: () => Promise<ArtifactStore>) {
  test('what is put comes back, to any other store of the address', async () => {
    const store = await open();
    const contents = randomBytes(100_000);
    await store.put('study/7/1/trial-7.weights', fileOf(contents));
    const path = target();
    const other = await open();
    expect(await other.get('study/7/1/trial-7.weights', path)).toBe(true);
    expect(readFileSync(path).equals(contents)).toBe(true);
    expect(await other.has('study/7/1/trial-7.weights')).toBe(true);
    await Promise.all([store.close(), other.close()]);
  });

  test('so does nothing at all, and 40 MB', async () => {
    const store = await open();
    for (const contents of [Buffer.alloc(0), randomBytes(40 * 2 ** 20)]) {
      await store.put('files/large', fileOf(contents));
      const path = target();
      expect(await store.get('files/large', path)).toBe(true);
      expect(readFileSync(path).equals(contents)).toBe(true);
    }
    await store.close();
  });

  test('the last one put counts, and writes over a file that is there', async () => {
    const store = await open();
    await store.put('a/b', fileOf('first'));
    await store.put('a/b', fileOf('second'));
    const path = fileOf('something much longer than both of them');
    await store.get('a/b', path);
    expect(readFileSync(path, 'utf8')).toBe('second');
    await store.close();
  });

  test('what is not there is not, and leaves the file alone', async () => {
    const store = await open();
    const path = fileOf('mine');
    expect(await store.get('no/such', path)).toBe(false);
    expect(await store.has('no/such')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('mine');
    // A part of keys is no key.
    await store.put('part/of/key', fileOf('x'));
    expect(await store.has('part/of')).toBe(false);
    await store.close();
  });

  test('what is deleted is gone, once or twice', async () => {
    const store = await open();
    await store.put('gone/1', fileOf('1'));
    await store.put('gone/2', fileOf('2'));
    await store.put('gone/3', fileOf('3'));
    await store.delete(['gone/1', 'gone/2', 'gone/none']);
    await store.delete(['gone/1']);
    expect(await Promise.all(['gone/1', 'gone/2', 'gone/3'].map(store.has))).toEqual([false, false, true]);
    await store.close();
  });

  test('several at once, of one key too: one of them whole', async () => {
    const store = await open();
    const contents = Array.from({ length: 8 }, (_, index) => Buffer.alloc(300_000, index));
    await Promise.all(contents.map(each => store.put('same/key', fileOf(each))));
    const path = target();
    await store.get('same/key', path);
    expect(contents.some(each => each.equals(readFileSync(path)))).toBe(true);
    await store.close();
  });

  test('a file that is not there is told, and nothing is put', async () => {
    const store = await open();
    await expect(store.put('never/was', join(folder, 'missing'))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('ENOENT') as string,
    });
    expect(await store.has('never/was')).toBe(false);
    await store.close();
  });

  test('a file that cannot be written leaves none beside it', async () => {
    const store = await open();
    await store.put('files/whole', fileOf('x'));
    await expect(store.get('files/whole', join(folder, 'no', 'such', 'folder'))).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
    expect(readdirSync(folder).filter(name => !/^(file-\d+|store.*)$/.test(name))).toEqual([]);
    await store.close();
  });

  test.each(
    // Other names are tried in test/faults.
    ['..', '../x', 'a/../../x', '/etc/passwd', 'a\0b', 'a\\b', '', 'a//b', 'a/', '.hidden', 'a/.under-way', '%2e%2e/x'],
  )('%j is no key', async key => {
    const store = await open();
    const file = fileOf('x');
    for (const use of ['put', 'get', 'has', 'delete'] as const)
      await expect(use === 'delete' ? store.delete([key]) : store[use](key, file)).rejects.toMatchObject({
        code: 'STORAGE_FAILED',
        message: /is no name of an artifact/,
      });
    await store.close();
  });
}

describe('a folder', () => {
  promises(() => openArtifacts(join(folder, 'store')));
  test('is one that others may look into', () => {
    expect(existsSync(join(folder, 'store', 'study', '7', '1', 'trial-7.weights'))).toBe(true);
  });
});

describe.skipIf(lacksMoto)('a bucket', () => {
  useMoto();
  promises(() => openArtifacts('s3://tune'));
});

describe.skipIf(lacksMoto)('a prefix in a bucket', () => {
  useMoto();
  promises(() => openArtifacts('s3://tune/studies/of-all/'));
});
