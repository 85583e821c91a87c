import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { unzip } from '../../src/backend/unzip.ts';
import { wheelBytes } from './fake-kit.ts';

let folder: string;
let archive: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  archive = join(folder, 'archive.zip');
});

test('takes out what is asked for, stored or deflated, and tells how far it is', async () => {
  writeFileSync(archive, wheelBytes);
  const parts: number[] = [];
  await unzip(
    archive,
    join(folder, 'out'),
    name => (name.includes('.py') ? undefined : name),
    part => parts.push(part),
  );
  // The texts that Python's zipfile packed.
  const text = (path: string): string => readFileSync(join(folder, 'out/tensorflow', path), 'utf8');
  expect(text('libtensorflow_cc.so.2')).toBe('cc '.repeat(100));
  expect(text('libtensorflow_framework.so.2')).toBe('framework');
  expect(text('include/tsl/empty.h')).toBe('');
  expect(existsSync(join(folder, 'out/tensorflow/python'))).toBe(false);
  expect(parts.at(-1)).toBe(1);
  expect(parts).toEqual(parts.toSorted((a, b) => a - b));
});

test('writes nothing outside its folder', async () => {
  // Python's zipfile with one member, "../outside.txt".
  const bytes =
    'UEsDBBQAAAAAAAAAIQCDFtyMAQAAAAEAAAAOAAAALi4vb3V0c2lkZS50eHR4UEsBAhQDFAAAAAAAAAAhAIMW3IwBAAAAAQAAAA4AAAAAAAAA' +
    'AAAAAIABAAAAAC4uL291dHNpZGUudHh0UEsFBgAAAAABAAEAPAAAAC0AAAAAAA==';
  writeFileSync(archive, Buffer.from(bytes, 'base64'));
  await expect(
    unzip(
      archive,
      join(folder, 'out'),
      name => name,
      () => {},
    ),
  ).rejects.toThrow('leads out of it');
  expect(readdirSync(folder)).toEqual(['archive.zip']);
});

test('refuses an archive that was cut off', async () => {
  writeFileSync(archive, wheelBytes.subarray(0, 500));
  await expect(
    unzip(
      archive,
      join(folder, 'out'),
      name => name,
      () => {},
    ),
  ).rejects.toThrow('no complete zip archive');
});
