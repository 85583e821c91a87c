/** The hash of a dataset goes by what is in its files, and by nothing else. */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataHash } from '../../../src/train/data/data-hash.ts';
import { dataSection, type DataSection } from '../../../src/train/data/section.ts';
import { testFolder } from '../../tune/test-folder.ts';

const folder = testFolder();

function hashOf(contents: unknown, seed = 1): Promise<string> {
  return dataHash(dataSection.parse(contents) as DataSection, folder, seed);
}

test('a file: SHA-256 over its size and its bytes, wherever it is', async () => {
  const text = 'a,b\n1,2\n';
  writeFileSync(join(folder, 'a.csv'), text);
  const expected = createHash('sha256').update(`${text.length}\n${text}`).digest('hex');
  expect(await hashOf({ csv: 'a.csv' })).toBe(expected);
  renameSync(join(folder, 'a.csv'), join(folder, 'b.csv'));
  expect(await hashOf({ csv: { file: 'b.csv', target: 'a' }, split: { validation: 0.3 } }, 2)).toBe(expected);
  writeFileSync(join(folder, 'b.csv'), 'a,b\n1,3\n');
  expect(await hashOf({ csv: 'b.csv' })).not.toBe(expected);
});

test('several files: bytes that move from one to the next are seen', async () => {
  const both = { npy: { inputs: 'x', targets: 'y' } };
  writeFileSync(join(folder, 'x'), '12');
  writeFileSync(join(folder, 'y'), '3');
  const before = await hashOf(both);
  writeFileSync(join(folder, 'x'), '1');
  writeFileSync(join(folder, 'y'), '23');
  expect(await hashOf(both)).not.toBe(before);
});

test('a folder of images: names are classes, and hidden files are none', async () => {
  mkdirSync(join(folder, 'images', 'cat'), { recursive: true });
  writeFileSync(join(folder, 'images', 'cat', '1.png'), 'x');
  const before = await hashOf({ images: 'images' });
  writeFileSync(join(folder, 'images', '.DS_Store'), 'x');
  expect(await hashOf({ images: 'images' })).toBe(before);
  renameSync(join(folder, 'images', 'cat'), join(folder, 'images', 'dog'));
  expect(await hashOf({ images: 'images' })).not.toBe(before);
});

test('generated data: what generates it', async () => {
  const hashes = [
    await hashOf({ twoMoons: { examples: 100 } }),
    await hashOf({ twoMoons: { examples: 200 } }),
    await hashOf({ twoMoons: { examples: 100 } }, 2),
  ];
  expect(new Set(hashes).size).toBe(3);
  expect(await hashOf({ twoMoons: { examples: 100 } })).toBe(hashes[0]);
});

test('a file that is gone has none', async () => {
  rmSync(join(folder, 'b.csv'), { force: true });
  await expect(hashOf({ csv: 'b.csv' })).rejects.toMatchObject({ code: 'ENOENT' });
});
