/** Hashes of files are remembered as long as the files stay as they are. */
import { readFileSync, statSync, utimesSync, writeFileSync, linkSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rememberedHashes, sha256Of } from '../../src/artifacts/hashes.ts';
import { testFolder } from '../tune/test-folder.ts';

const folder = testFolder();
const memory = join(folder, 'hashes.json');
const path = join(folder, 'data');
/** Written a minute ago. */
const write = (contents: string): void => {
  writeFileSync(path, contents);
  utimesSync(path, Date.now() / 1000, Date.now() / 1000 - 60);
};
/** The hash as another process has it. */
const hashOf = async (file = path): Promise<string> => {
  const hashes = await rememberedHashes(memory);
  const hash = await hashes.of(file);
  await hashes.save();
  return hash;
};
/** What is remembered of the only file becomes another hash: whoever reads the file does not see it. */
const mark = (): void => writeFileSync(memory, readFileSync(memory, 'utf8').replace(/[0-9a-f]{64}/, 'f'.repeat(64)));
const marked = 'f'.repeat(64);

test('a file is read once, under all its names', async () => {
  write('contents');
  expect(await hashOf()).toBe(await sha256Of(path));
  mark();
  expect(await hashOf()).toBe(marked);
  const name = join(folder, 'renamed');
  renameSync(path, name);
  renameSync(name, path);
  // The system counts another name as a change: it is read once more.
  linkSync(path, name);
  expect(await hashOf(name)).toBe(await sha256Of(path));
  mark();
  expect([await hashOf(path), await hashOf(name)]).toEqual([marked, marked]);
});

test('a file that changes is read again, even if its size and its time stay', async () => {
  write('contents');
  const { atimeMs, mtimeMs } = statSync(path);
  await hashOf();
  mark();
  writeFileSync(path, 'CONTENTS');
  utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
  expect(await hashOf()).toBe(await sha256Of(path));
});

test('of one that has just changed nothing is remembered', async () => {
  writeFileSync(memory, '{}');
  writeFileSync(path, 'new');
  await hashOf();
  expect(readFileSync(memory, 'utf8')).toBe('{}');
});

test.each(['', '{', 'null', '[]', '{"1:2":["a"]}', '{"1:2":5}'])('a memory of %j is none', async contents => {
  writeFileSync(memory, contents);
  write('contents');
  expect(await hashOf()).toBe(await sha256Of(path));
  mark();
  expect(await hashOf()).toBe(marked);
});

test('a memory that cannot be kept costs time alone', async () => {
  const hashes = await rememberedHashes(join(folder, 'no', 'such', 'folder'));
  expect(await hashes.of(path)).toBe(await sha256Of(path));
  await hashes.save();
  expect(existsSync(join(folder, 'no'))).toBe(false);
});
