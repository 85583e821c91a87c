/** Files larger than the memory that reading them takes; measured in a process of their own, from the build. */
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { folderOf } from './helpers.ts';

const script = fileURLToPath(new URL('streaming-memory.js', import.meta.url));

/** What the script prints. */
interface Measured {
  /** Largest growth of the process in megabytes. */
  readonly growth: number;
  readonly size: number;
  readonly rows: number;
  /** Of the first feature, in the epoch and by the statistics. */
  readonly mean: number;
  readonly offset: number;
}

async function measure(source: object, folder: string, ...options: readonly string[]): Promise<Measured> {
  const env = { ...process.env, XDG_CACHE_HOME: folder };
  const { stdout } = await promisify(execFile)(process.execPath, [...options, script, JSON.stringify(source)], { env });
  return JSON.parse(stdout) as Measured;
}

/** Writes a file from its parts. */
async function write(path: string, parts: Iterable<Uint8Array | string>): Promise<void> {
  const file = await open(path, 'w');
  for (const part of parts) await file.write(part as string);
  await file.close();
}

function npyHeader(shape: string): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(text)]);
}

test('300 MB of numbers take less than 100 MB', { timeout: 240_000 }, async () => {
  const folder = await folderOf({});
  const [rows, width] = [78_000, 1000];
  const part = new Float32Array(100 * width).map(
    (_, index) => (Math.floor(index / width) % 10) - 4.5 + (index % width),
  );
  await write(join(folder, 'x.npy'), [
    npyHeader(`${rows}, ${width}`),
    ...Array.from({ length: rows / 100 }, () => new Uint8Array(part.buffer)),
  ]);
  await write(join(folder, 'y.npy'), [npyHeader(`${rows},`), new Uint8Array(4 * rows)]);
  const npy = { inputs: join(folder, 'x.npy'), targets: join(folder, 'y.npy') };
  const { growth, ...found } = await measure({ npy }, folder);
  expect(found).toMatchObject({ size: rows, rows: 0.7 * rows });
  expect(found.offset).toBeCloseTo(0, 1);
  expect(found.mean).toBeCloseTo(found.offset, 10);
  expect(growth).toBeLessThan(100);
});

test(
  'a table of 12 MB, five times as large as text in memory, passes through a heap of 32 MB',
  { timeout: 240_000 },
  async () => {
    const folder = await folderOf({});
    const line = (row: number): string =>
      `${Array.from({ length: 100 }, (_, column) => ((row + column) % 10) / 4).join()},${row % 3}\n`;
    const part = Array.from({ length: 30 }, (_, row) => line(row)).join('');
    const parts = Math.ceil((12 * 2 ** 20) / part.length);
    await write(join(folder, 'x.csv'), [
      `${Array.from({ length: 101 }, (_, column) => `c${column}`).join()}\n`,
      ...new Array<string>(parts).fill(part),
    ]);
    const { size, mean, offset } = await measure({ csv: join(folder, 'x.csv') }, folder, '--max-old-space-size=32');
    expect(size).toBe(30 * parts);
    expect(offset).toBeCloseTo(4.5 / 4, 1);
    expect(mean).toBeCloseTo(offset, 10);
  },
);
