/** Training on streamed data takes little memory, ends within an epoch when it must, and leaves nothing behind. */
import { execFile } from 'node:child_process';
import { open, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test, vi } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import { dataSection, streamDataset } from '../../src/train/data/section.ts';
import { fitSection } from '../../src/train/fit-section.ts';
import type { FitOptions, FitResult } from '../../src/train/fit.ts';
import { NonFiniteLoss } from '../../src/train/non-finite-loss.ts';
import { createGraphs } from '../../src/train/graphs.ts';
import { phasesOf } from '../../src/train/phases.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { prepareStreamedBatches } from '../../src/train/streamed-batches.ts';
import { folderOf } from './data/helpers.ts';

beforeAll(() => loadBackend());

const script = fileURLToPath(new URL('streamed-training.js', import.meta.url));

function npyHeader(shape: string): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(text)]);
}

test('300 MB of numbers train a network in less than 200 MB', { timeout: 240_000 }, async () => {
  const folder = await folderOf({});
  const [rows, width] = [78_000, 1000];
  const part = new Float32Array(100 * width).map(
    (_, index) => Math.sin(index * index) + (Math.floor(index / width) % 2),
  );
  const file = await open(join(folder, 'x.npy'), 'w');
  await file.write(npyHeader(`${rows}, ${width}`));
  for (let written = 0; written < rows; written += 100) await file.write(new Uint8Array(part.buffer));
  await file.close();
  const targets = Float32Array.from({ length: rows }, (_, row) => row % 2);
  await writeFile(join(folder, 'y.npy'), Buffer.concat([npyHeader(`${rows},`), new Uint8Array(targets.buffer)]));
  const npy = { inputs: join(folder, 'x.npy'), targets: join(folder, 'y.npy') };
  const section = JSON.stringify({ npy, task: 'regression', streaming: { chunk: '8MB' } });
  const { stdout } = await promisify(execFile)(process.execPath, [script, section]);
  const { growth, size, valLoss } = JSON.parse(stdout) as Record<string, number>;
  expect(size).toBe(rows);
  expect(valLoss).toBeLessThan(0.1);
  expect(growth).toBeLessThan(200);
});

/** Trains on a table of 1000 rows in some 50 blocks; what was left open or in memory after it is an error. */
async function trainTable(inputs: (row: number) => number, options: Partial<FitOptions>): Promise<FitResult> {
  const line = (row: number): string => `${inputs(row)},${Math.cos(row)},${row % 3}`;
  const folder = await folderOf({
    'a.csv': ['a,b,y', ...Array.from({ length: 1000 }, (_, row) => line(row))].join('\n'),
  });
  const section = dataSection.parse({ csv: 'a.csv', normalize: 'none', streaming: { chunk: '0.13KB' } });
  vi.stubEnv('XDG_CACHE_HOME', folder);
  const dataset = await streamDataset(section, folder, 1).finally(() => vi.unstubAllEnvs());
  const train = trainSection.parse({ optimizer: { sgd: 0.1 }, epochs: 2, batchSize: 8 });
  const phases = phasesOf(dataset, modelSection.parse({ layers: [{ dense: 4 }] }), train);
  const graphs = createGraphs();
  const metric = { name: 'valLoss', goal: 'minimize' } as const;
  const before = tf.memory().numTensors;
  const batches = await prepareStreamedBatches(dataset, section, 1);
  try {
    return await fitSection(phases, { dataset, batches, train, metric, seed: 1, graphs }, options);
  } finally {
    batches.dispose();
    graphs.dispose();
    expect(await openFiles(folder)).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  }
}

/** On Linux; nothing elsewhere. */
async function openFiles(folder: string): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(descriptors.map(fd => readlink(join('/proc/self/fd', fd)).catch(() => '')));
  return paths.filter(path => path.startsWith(folder));
}

test('it ends between two blocks', async () => {
  let asked = 0;
  const mustEnd = () => (asked++ < 20 ? undefined : 'interrupted');
  const { epochs, stopped, weights } = await trainTable(Math.sin, { mustEnd });
  expect({ epochs, stopped }).toEqual({ epochs: 0, stopped: 'interrupted' });
  expect(weights.length).toBeGreaterThan(0);
  expect(asked).toBeLessThan(25);
});

test('it trains to its end, and the pruner may stop it', async () => {
  expect(await trainTable(Math.sin, {})).toMatchObject({ epochs: 2 });
  expect(await trainTable(Math.sin, { observe: () => 'stop' })).toMatchObject({ epochs: 1, stopped: 'pruner' });
});

test('it fails in the block whose loss is no number', async () => {
  await expect(trainTable(row => (row === 500 ? 3e38 : row), {})).rejects.toThrow(NonFiniteLoss);
});
