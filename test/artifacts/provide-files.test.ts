/** A study's data on another machine: from data roots, from the cache, from the store, or not at all. */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArtifacts } from '../../src/artifacts/open-artifacts.ts';
import { provideFiles, type Sources } from '../../src/artifacts/provide-files.ts';
import type { ArtifactStore } from '../../src/artifacts/store.ts';
import { keyOf, type StudyFile } from '../../src/artifacts/study-file.ts';
import { uploadFiles } from '../../src/artifacts/upload-files.ts';
import { listImageFolder } from '../../src/train/data/image-folder.ts';
import { testFolder } from '../tune/test-folder.ts';
import { fill, studyFile } from './study-data.ts';

const folder = realpathSync(testFolder());
const fresh = (): string => join(folder, randomUUID());
const machine = (sources: Partial<Sources> = {}): Sources => ({
  roots: [],
  cache: fresh(),
  observe: () => undefined,
  ...sources,
});
const text = (...path: string[]): string => readFileSync(join(...path), 'utf8');
/** A store that has these contents. */
const storeWith = async (...contents: string[]): Promise<ArtifactStore> => {
  const store = await openArtifacts(fresh());
  for (const each of contents) await store.put(keyOf(studyFile('x', each)), join(fill(fresh(), { x: each }), 'x'));
  return store;
};

const csv = 'a,b\n1,2\n';

test('a file is found in a data root by its path, or by its name; other contents are not it', async () => {
  const file = studyFile('data/train.csv', csv);
  for (const name of ['data/train.csv', 'train.csv']) {
    const root = fill(fresh(), { [name]: csv });
    // Of the same length.
    const other = fill(fresh(), { 'data/train.csv': 'b,a\n1,2\n', 'train.csv': csv.slice(1) });
    const provided = await provideFiles([file], machine({ roots: [fresh(), other, root] }));
    expect(text(provided, 'data/train.csv')).toBe(csv);
    expect(realpathSync(join(provided, 'data/train.csv'))).toBe(join(root, name));
  }
});

test('no files are a folder too', async () => {
  expect(readdirSync(await provideFiles([], machine()))).toEqual([]);
});

test('paths that lead up from the space file do so in what is provided, and no further', async () => {
  const files = [studyFile('../../shared/x.csv', 'x'), studyFile('../y.csv', 'y'), studyFile('z.csv', 'z')];
  const sources = machine({ roots: [fill(fresh(), { 'shared/x.csv': 'x', 'y.csv': 'y', 'z.csv': 'z' })] });
  const provided = await provideFiles(files, sources);
  for (const { path } of files) expect(text(provided, path)).toBe(path.at(-5));
  expect(join(provided, '../../..')).toBe(join(sources.cache, 'folders'));
});

test('what no root has is fetched from the store once', async () => {
  const store = await storeWith('fetched');
  const files = [studyFile('fetched.csv', 'fetched'), studyFile('again/fetched.csv', 'fetched')];
  const said: string[] = [];
  const sources = machine({ store, observe: ({ text }) => said.push(text) });
  const provided = await provideFiles(files.slice(0, 1), sources);
  expect(text(provided, 'fetched.csv')).toBe('fetched');
  expect(said).toEqual(['looking for the data', 'fetching fetched.csv, 7 B']);
  await store.delete([keyOf(files[0]!)]);
  expect(text(await provideFiles(files, sources), 'again/fetched.csv')).toBe('fetched');
  // The same study again has the same folder.
  expect(await provideFiles(files.slice(0, 1), sources)).toBe(provided);
});

test('a cached file that was damaged is fetched again', async () => {
  const sources = machine({ store: await storeWith('right') });
  const files = [studyFile('a.csv', 'right')];
  await provideFiles(files, sources);
  writeFileSync(join(sources.cache, files[0]!.sha256), 'wrong');
  expect(text(await provideFiles(files, sources), 'a.csv')).toBe('right');
});

test('a store that has other contents under the hash is told, and they are not kept', async () => {
  const store = await storeWith('right');
  const file = studyFile('a.csv', 'right');
  await store.put(keyOf(file), join(fill(fresh(), { x: 'wrong' }), 'x'));
  const sources = machine({ store });
  await expect(provideFiles([file], sources)).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    message: expect.stringContaining(`files/${file.sha256}: its contents do not have the SHA-256`) as string,
  });
  expect(readdirSync(sources.cache, { recursive: true })).toEqual(['.under-way']);
});

test('what is nowhere is told: the file, its hash, where it was looked for, and what to do', async () => {
  const files = [studyFile('data/gone.csv', csv), studyFile('train.mjs', 'export default () => 1')];
  const roots = [fresh(), fresh()];
  const store = await storeWith('export default () => 1');
  const error = await provideFiles(files, machine({ roots, store })).catch((error: unknown) => error);
  expect(error).toMatchObject({
    code: 'FILE_UNREADABLE',
    exitCode: 2,
    problems: [
      {
        where: { file: 'data/gone.csv' },
        message: `no such file with the SHA-256 ${files[0]!.sha256} (8 B) is here; looked in ${roots.join(', ')}, ${store.name}`,
        hint: expect.stringContaining('--artifacts') as string,
      },
      { where: { file: 'train.mjs' }, hint: expect.stringContaining('code is never fetched') as string },
    ],
  });
  await expect(provideFiles(files, machine())).rejects.toThrow('looked in nowhere, as no data root is given');
});

test('of many that are nowhere a few are named', async () => {
  const files = Array.from({ length: 2000 }, (_, index) => studyFile(`${index}.csv`, `${index}`));
  const error = await provideFiles(files, machine()).catch((error: unknown) => error as Error);
  expect((error as Error).message.split('\n')).toHaveLength(11);
  expect((error as Error).message).toContain('and 1,995 more files');
});

test.each(['train.js', 'a/train.mjs', 'train.cjs', 'train.ts', 'x.mts', 'x.cts', 'x.tsx', 'x.JS', 'x.node', 'x.wasm'])(
  '%s is never taken from the store, but from a data root with the same contents',
  async path => {
    const file = studyFile(path, 'code');
    const store = await storeWith('code');
    const sources = machine({ store });
    // Neither by way of the cache.
    await provideFiles([studyFile('x.csv', 'code')], sources);
    await expect(provideFiles([file], sources)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const within = { ...file, path: `model/${path}`, folder: 'model' };
    await expect(provideFiles([within], sources)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    const roots = [fill(fresh(), { [path]: 'code' })];
    const provided = await provideFiles([file], { ...sources, roots });
    expect(realpathSync(join(provided, path))).toBe(join(roots[0]!, path));
    const uploaded = await openArtifacts(fresh());
    await uploadFiles([file], roots[0]!, uploaded);
    expect(await uploaded.has(keyOf(file))).toBe(false);
  },
);

test('an absolute path stays, where a data root has it with the same contents', async () => {
  const root = fill(fresh(), { 'data.csv': csv });
  const file = studyFile(join(root, 'data.csv'), csv);
  const store = await storeWith(csv);
  const provided = await provideFiles([file], machine({ roots: [root] }));
  expect(readdirSync(provided)).toEqual([]);
  const refused = { code: 'FILE_UNREADABLE', message: /its path is absolute: it has to be at the same place here/ };
  await expect(provideFiles([file], machine({ store, roots: [fresh()] }))).rejects.toMatchObject(refused);
  writeFileSync(join(root, 'data.csv'), 'a,b\n1,3\n');
  await expect(provideFiles([file], machine({ store, roots: [root] }))).rejects.toMatchObject(refused);
  // Links do not widen a data root.
  const outside = fill(fresh(), { secret: 'secret' });
  symlinkSync(outside, join(root, 'link'));
  const secret = studyFile(join(root, 'link', 'secret'), 'secret');
  await expect(provideFiles([secret], machine({ roots: [root] }))).rejects.toMatchObject(refused);
});

const photos = { 'photos/0/a.png': 'a', 'photos/0/b.png': 'b', 'photos/1/c.png': 'c' };
const photoFiles = Object.entries(photos).map(([path, contents]) => studyFile(path, contents, 'photos'));
const listed = async (provided: string): Promise<readonly string[]> =>
  (await listImageFolder(join(provided, 'photos'))).map(({ path, label }) => `${label} ${text(path)}`);

test('a folder that a root has as it is becomes one link', async () => {
  for (const prefix of ['', 'photos/']) {
    const files = Object.entries(photos).map(([path, contents]) => [
      path.replace('photos/', prefix || 'photos/'),
      contents,
    ]);
    const root = fill(fresh(), { ...Object.fromEntries(files), 'other.csv': 'x', 'photos/.hidden': 'x' });
    const provided = await provideFiles(photoFiles, machine({ roots: [root] }));
    expect(lstatSync(join(provided, 'photos')).isSymbolicLink()).toBe(true);
    expect(await listed(provided)).toEqual(['0 a', '0 b', '1 c']);
  }
});

test('one that has more in it, or less, or links out of it, is made of its files alone', async () => {
  const { 'photos/1/c.png': c, ...fewer } = photos;
  const linked = fill(fresh(), fewer);
  fill(linked, { 'elsewhere/c.png': c });
  symlinkSync(join(linked, 'elsewhere'), join(linked, 'photos', '1'));
  const store = await storeWith(c);
  for (const root of [
    fill(fresh(), { ...photos, 'photos/1/new.png': 'n', 'photos/2/new.png': 'n' }),
    fill(fresh(), fewer),
    linked,
  ]) {
    const provided = await provideFiles(photoFiles, machine({ roots: [root], store }));
    expect(await listed(provided)).toEqual(['0 a', '0 b', '1 c']);
  }
});

test('so is one that only the store has', async () => {
  const store = await storeWith('a', 'b', 'c');
  const sources = machine({ store });
  expect(await listed(await provideFiles(photoFiles, sources))).toEqual(['0 a', '0 b', '1 c']);
  const up = photoFiles.map(({ path, ...file }) => ({ ...file, path: `../${path}`, folder: '../photos' }));
  const provided = await provideFiles(up, sources);
  expect((await listImageFolder(join(provided, '../photos'))).map(({ path }) => text(path))).toEqual(['a', 'b', 'c']);
});

test('a root that changes changes what is provided, or shows that it lacks the data', async () => {
  const root = fill(fresh(), photos);
  const sources = machine({ roots: [root] });
  const before = await provideFiles(photoFiles, sources);
  writeFileSync(join(root, 'photos', '1', 'd.png'), 'd');
  const after = await provideFiles(photoFiles, sources);
  expect(after).not.toBe(before);
  expect(await listed(after)).toEqual(['0 a', '0 b', '1 c']);
  rmSync(join(root, 'photos', '0'), { recursive: true });
  // The files that stood in for the folder are in the cache.
  expect(await listed(await provideFiles(photoFiles, sources))).toEqual(['0 a', '0 b', '1 c']);
  await expect(provideFiles(photoFiles, machine({ roots: [root] }))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test('a folder that somebody has touched is made again', async () => {
  const sources = machine({ store: await storeWith('a', 'b', 'c', csv) });
  const files = [...photoFiles, studyFile('train.csv', csv)];
  const provided = await provideFiles(files, sources);
  for (const name of ['train.csv', 'photos/0/a.png']) {
    rmSync(join(provided, name));
    writeFileSync(join(provided, name), 'other');
    expect(await provideFiles(files, sources)).toBe(provided);
    expect(text(provided, 'train.csv')).toBe(csv);
    expect(await listed(provided)).toEqual(['0 a', '0 b', '1 c']);
  }
});

test('several at once, of one cache, do not disturb each other', async () => {
  const contents = Array.from({ length: 50 }, (_, index) => `contents ${index}`);
  const files = contents.map((each, index) => studyFile(`photos/${index % 5}/${index}.png`, each, 'photos'));
  const sources = machine({ store: await storeWith(...contents) });
  const provided = await Promise.all(Array.from({ length: 4 }, () => provideFiles(files, sources)));
  expect(new Set(provided).size).toBe(1);
  expect(await listed(provided[0]!)).toHaveLength(50);
  expect(readdirSync(join(sources.cache, 'folders'))).toHaveLength(1);
});

test('what a study reads is put into the store, once, unless it has changed', async () => {
  const root = fill(fresh(), { ...photos, 'train.csv': csv, 'same.csv': csv });
  const files = [
    ...photoFiles,
    studyFile('train.csv', csv),
    studyFile('./same.csv', csv),
    studyFile('/etc/hosts', 'x'),
  ];
  const store = await openArtifacts(fresh());
  await uploadFiles(files, root, store);
  expect(readdirSync(join(store.name, 'files')).toSorted()).toEqual(
    [...new Set(files.slice(0, -1).map(({ sha256 }) => sha256))].toSorted(),
  );
  expect(await listed(await provideFiles(photoFiles, machine({ store })))).toEqual(['0 a', '0 b', '1 c']);
  writeFileSync(join(root, 'train.csv'), 'other');
  // It is there.
  await uploadFiles(files, root, store);
  await store.delete([keyOf(studyFile('x', csv))]);
  await expect(uploadFiles(files.slice(3, 4), root, store)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: /train\.csv: this file has changed since the study began/,
  });
});

const payloads = [
  '..',
  '.',
  '',
  '../',
  '../..',
  './a',
  'a/./b',
  'a/../../outside',
  'a/../b',
  'ok/../../outside',
  '....//outside',
  '../a/../outside',
  '..\\outside',
  '..\\..\\outside',
  '..%5c..\\outside',
  'C:\\outside',
  'C:outside',
  'c:/outside',
  '\\\\server\\share',
  '//server/share',
  '/',
  '/..',
  '/../etc/passwd',
  '/etc/../etc/passwd',
  '/etc//passwd',
  '/etc/',
  '..\0',
  'a\0b',
  '../outside\0.json',
  '\n../outside',
  '..\t/x',
  'a\u001b[2Jb',
  'a/',
  'a//b',
  '.here',
  '../.here/x',
  '.here/../x',
  'file:///etc/passwd',
  `${'../'.repeat(17)}x`,
  'x'.repeat(1001),
];
test.each(payloads)('the path %j from a database is refused', async path => {
  const root = fill(fresh(), { outside: 'x', x: 'x' });
  const sources = machine({ roots: [root], store: await storeWith('x') });
  const files = [studyFile(path, 'x')];
  // These may be folders.
  if (!['.', '..', '../..'].includes(path)) files.push(studyFile(`${path}/x`, 'x', path));
  for (const file of files)
    await expect(provideFiles([file], sources)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  expect(existsSync(sources.cache)).toBe(false);
});

test.each([
  '../../../../../../../../../../../../../../etc/passwd',
  '../outside',
  '%2e%2e/outside',
  '%2e%2e%2foutside',
  '..%2foutside',
  '%252e%252e%252foutside',
  '．．/outside',
  '..;/outside',
  '~',
  '~/outside',
  '$HOME/outside',
  ' ../outside',
  '../outside ',
  'nul',
  'CON',
  '...',
  '-rf',
  '.git/config',
])('the path %j from a database leads nowhere but into what is provided', async path => {
  const outside = fill(fresh(), { outside: 'x' });
  const root = fill(join(outside, 'root'), { y: 'y' });
  const sources = machine({ roots: [root], cache: join(outside, 'cache', 'of', 'worker') });
  const passwd = readFileSync('/etc/passwd');
  // The one that the path would lead to has these contents.
  for (const contents of ['x', passwd])
    await expect(provideFiles([studyFile(path, contents)], sources)).rejects.toThrow('looked in');
  const provided = await provideFiles([studyFile(path, 'z')], { ...sources, store: await storeWith('z') });
  expect(text(provided, path)).toBe('z');
  const cache = realpathSync(sources.cache);
  expect(join(provided, path).startsWith(join(cache, 'folders'))).toBe(true);
  expect(readdirSync(outside).toSorted()).toEqual(['cache', 'outside', 'root']);
  expect(readdirSync(root)).toEqual(['y']);
});

test.each([
  { sha256: '../../outside' },
  { sha256: 'A'.repeat(64) },
  { bytes: -1 },
  { bytes: 0.5 },
  { bytes: NaN },
  { folder: 'other' },
  { folder: 'a/b.csv' },
])('a file with %j is none', async flaw => {
  const file: StudyFile = { ...studyFile('a/b.csv', csv), ...flaw };
  await expect(provideFiles([file], machine())).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});
