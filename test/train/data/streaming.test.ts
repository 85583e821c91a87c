/** Streamed data are the data: the same rows, targets, statistics and errors as in memory, in any chunks. */
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRng } from '../../../src/study/rng.ts';
import type { Dataset } from '../../../src/train/data/dataset.ts';
import { fitInputs } from '../../../src/train/data/normalization.ts';
import { partsOf } from '../../../src/train/data/parts.ts';
import { dataSection, describeDataset, loadDataset, streamDataset } from '../../../src/train/data/section.ts';
import { fitStreamedInputs } from '../../../src/train/data/streaming/moments.ts';
import { inFileOrder, readBlocks, shuffledByChunk, type Group } from '../../../src/train/data/streaming/read-blocks.ts';
import type { StreamedDataset } from '../../../src/train/data/streaming/streamed.ts';
import { lacksSharedData, sharedData } from '../../shared-data.ts';
import { folderOf, problemsOf } from './helpers.ts';

let cache: string;

beforeEach(async () => {
  cache = await folderOf({});
  vi.stubEnv('XDG_CACHE_HOME', cache);
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function both(source: object, folder: string, chunk = '1KB') {
  const section = dataSection.parse({ ...source, streaming: { chunk } });
  return { memory: await loadDataset(section, folder, 1), streamed: await streamDataset(section, folder, 1) };
}

/** Rows of inputs with their targets, as text, in the order of the blocks. */
async function rowsIn(data: StreamedDataset, groups: readonly Group[], batchSize = 4): Promise<string[]> {
  const rows: string[] = [];
  for await (const { size, inputs, targets } of readBlocks(data, groups, batchSize))
    for (let row = 0; row < size; row++) rows.push(rowOf({ size, inputs, targets }, row));
  return rows;
}

function rowOf({ size, inputs, targets }: Pick<Dataset, 'size' | 'inputs' | 'targets'>, row: number): string {
  const part = (values: Dataset['inputs'] | Dataset['targets']): string => {
    const width = values.length / size;
    return values.subarray(row * width, (row + 1) * width).join();
  };
  return `${part(inputs)} -> ${part(targets)}`;
}

function range(length: number): Int32Array {
  return Int32Array.from({ length }, (_, row) => row);
}

/** Everything but where the inputs are. */
async function expectSame({ memory, streamed }: Awaited<ReturnType<typeof both>>): Promise<void> {
  const { inputs: _, ...known } = memory;
  const { rows: _rows, chunk: _chunk, ...found } = streamed;
  expect(found).toEqual(known);
  expect(await rowsIn(streamed, inFileOrder(range(memory.size), streamed))).toEqual(
    Array.from(range(memory.size), row => rowOf(memory, row)),
  );
}

function table(rows: number, target: (row: number) => string | number): string {
  const line = (row: number): string => `${Math.sin(row)},${row % 17},"${row / 8}",${target(row)}`;
  return ['a,b,c,y', ...Array.from({ length: rows }, (_, row) => line(row)), ''].join('\n');
}

describe('streamed CSV files', () => {
  it.each([
    ['values', (row: number) => row / 7],
    ['numbered classes', (row: number) => (row * row) % 5],
    ['named classes', (row: number) => ['red', 'green', 'blue'][row % 3]!],
  ])('have %s as in memory', async (_, target) => {
    const folder = await folderOf({ 'a.csv': table(1000, target) });
    await expectSame(await both({ csv: 'a.csv' }, folder));
  });
  it('may be gzipped, of several pieces, with lines to pass over and columns to drop', async () => {
    const rows = Array.from({ length: 6000 }, (_, row) => `${row};${Math.cos(row)};${row % 2};x`);
    const text = `\uFEFFmade today\n"open\na;b;y;note\n${rows.join('\r\n')}`;
    const folder = await folderOf({ 'a.csv.gz': gzipSync(text) });
    const csv = { file: 'a.csv.gz', delimiter: ';', skipRows: 2, target: ['a', 'y'], drop: ['note'] };
    await expectSame(await both({ csv }, folder, '64KB'));
  });
  it('are split by group, or by time, as in memory', async () => {
    const day = (row: number): string => new Date(Date.UTC(2024, 0, 1 + ((row * 7) % 365))).toISOString().slice(0, 10);
    const line = (row: number): string => `${row % 9},${day(row)},patient ${(row * row) % 70},${Math.sin(row)}`;
    const folder = await folderOf({
      'a.csv': ['a,day,who,y', ...Array.from({ length: 4000 }, (_, row) => line(row))].join('\n'),
    });
    for (const split of [{ group: 'who' }, { time: 'day' }]) {
      const csv = { file: 'a.csv', drop: ['group' in split ? 'day' : 'who'] };
      const data = await both({ csv, split }, folder);
      await expectSame(data);
      const section = dataSection.parse({ csv, split });
      expect(partsOf(data.streamed, section, 1)).toEqual(partsOf(data.memory, section, 1));
    }
  });
  it('without a header, with blank lines and line breaks in quotes', async () => {
    const folder = await folderOf({ 'a.csv': '1,"2","a\nb"\n\n\n3,4,b\n5,"6",b\n' });
    await expectSame(await both({ csv: { file: 'a.csv', header: false } }, folder));
  });
});

describe.skipIf(lacksSharedData)('streamed real data', () => {
  it('MNIST: bytes from gzipped IDX files, with the test set last', async () => {
    const idx = {
      images: sharedData('mnist10k/train-images-idx3-ubyte.gz'),
      labels: sharedData('mnist10k/train-labels-idx1-ubyte.gz'),
      testImages: sharedData('mnist10k/t10k-images-idx3-ubyte.gz'),
      testLabels: sharedData('mnist10k/t10k-labels-idx1-ubyte.gz'),
    };
    const data = await both({ idx }, '.', '500KB');
    expect(data.streamed).toMatchObject({ size: 10_000, testSize: 2000, rows: { type: 'uint8' } });
    await expectSame(data);
  });
  it('energy: a table of values', async () => {
    await expectSame(await both({ csv: { file: sharedData('uci/energy.csv.gz') } }, '.', '4KB'));
  });
});

/** An NPY file of version 1. */
function npy(
  descr: string,
  shape: readonly number[],
  values: Float32Array | Float64Array | Uint8Array | Int32Array,
): Buffer {
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sides}), }`.padEnd(117) + '\n';
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(text), bytes]);
}

const labels = npy(
  '<i4',
  [400],
  Int32Array.from({ length: 400 }, (_, row) => row % 3),
);

describe('streamed NPY files', () => {
  it.each([
    ['|u1', Uint8Array.from({ length: 400 * 6 }, (_, index) => index % 251)],
    ['<f4', Float32Array.from({ length: 400 * 6 }, (_, index) => Math.sin(index))],
    ['<f8', Float64Array.from({ length: 400 * 6 }, (_, index) => Math.exp(Math.sin(index)))],
  ])('of %s are as in memory', async (descr, values) => {
    const folder = await folderOf({ x: npy(descr, [400, 3, 2], values), y: labels });
    const data = await both({ npy: { inputs: 'x', targets: 'y', testInputs: 'x', testTargets: 'y' } }, folder);
    expect(data.streamed).toMatchObject({ size: 800, testSize: 400, inputShape: [3, 2, 1] });
    await expectSame(data);
  });
  it('have the errors that they have in memory', async () => {
    const values = Float32Array.from({ length: 400 * 1000 }, (_, index) => index);
    values[399_999] = NaN;
    const [whole, bytes] = [npy('<f4', [400, 1000], values), npy('|u1', [400, 1], new Uint8Array(400))];
    const folder = await folderOf({
      y: labels,
      nan: whole,
      cut: bytes.subarray(0, 300),
      none: Buffer.from('PK'),
      y3: bytes,
    });
    for (const [inputs, targets] of [
      ['nan', 'y'],
      ['cut', 'y'],
      ['none', 'y'],
      ['y3', 'nan'],
    ]) {
      const section = dataSection.parse({ npy: { inputs, targets }, streaming: true });
      const expected = await problemsOf(() => loadDataset(section, folder, 1));
      expect(await problemsOf(() => streamDataset(section, folder, 1))).toEqual(expected);
    }
    expect(await readdir(join(cache, 'tfjs-tune/rows'))).toEqual([]);
  });
});

describe('wrong streamed CSV files have the errors that they have in memory:', () => {
  // Longer than the pieces that are read at once.
  const long = table(6000, row => row % 5);
  const late = (line: string): string => `${long}${line}\n0,0,0,0\n`;
  it.each([
    ['no number, far down', late('1,x7,3,0')],
    ['an empty cell', late('1,,3,0')],
    ['a number too large', late('1,2,1e39,0')],
    ['a row too short', late('1,2,3')],
    ['an empty target', late('1,2,3,')],
    ['a target that is no number', late('1,2,3,red')],
    ['a cell after a line break', late('1,"2\n3",4,0').replace('"2\n3"', '"2\n",x')],
    ['no rows', 'a,b\n'],
    ['nothing', ''],
    ['two columns of one name', 'a,a,b\n1,2,3\n'],
    ['a header of another length', 'a,b\n1,2,3\n'],
    ['one class', 'a,b\n1,x\n2,x\n'],
    ['no inputs', 'a\n1\n2\n'],
  ])('%s', async (_, text) => {
    const folder = await folderOf({ 'a.csv': text });
    const section = dataSection.parse({ csv: 'a.csv', streaming: true });
    const expected = await problemsOf(() => loadDataset(section, folder, 1));
    expect(await problemsOf(() => streamDataset(section, folder, 1))).toEqual(expected);
  });
  it.each([
    ['a quote that never closes', '1,"2,3,0', 'a quote opens in this row and never closes'],
    ['a quote within a cell', '1,2,3"4,0', 'Invalid Opening Quote: a quote is found on field 2, value is "3"'],
  ])('%s: the line, without its text', async (_, line, message) => {
    const folder = await folderOf({ 'a.csv': late(line) });
    const section = dataSection.parse({ csv: 'a.csv', streaming: true });
    const problems = await problemsOf(() => streamDataset(section, folder, 1));
    expect(problems).toMatchObject([{ message, where: { line: 6002 } }]);
  });
  it('texts among the inputs, which need the whole table', async () => {
    const folder = await folderOf({ 'a.csv': 'a,b,y\n1,red,0\n2,blue,1\n' });
    const section = dataSection.parse({ csv: 'a.csv', streaming: true });
    const problems = await problemsOf(() => streamDataset(section, folder, 1));
    expect(problems).toMatchObject([
      { message: 'the column "b" holds text', where: { line: 2 }, hint: expect.stringContaining('"drop": ["b"]') },
    ]);
  });
});

describe('the section', () => {
  it('reads sizes, and refuses what cannot be streamed', () => {
    const chunkOf = (streaming: unknown) => dataSection.parse({ csv: 'a.csv', streaming }).streaming;
    expect([
      chunkOf(true),
      chunkOf(false),
      chunkOf({}),
      chunkOf({ chunk: '1.5MB' }),
      chunkOf({ chunk: '2GB' }),
    ]).toEqual([2 ** 26, undefined, 2 ** 26, 1.5 * 2 ** 20, 2 ** 31]);
    for (const wrong of [
      { glyphs: {}, streaming: true },
      { csv: 'a.csv', streaming: { chunk: '5 apples' } },
      { csv: 'a.csv', streaming: true, mix: { twoMoons: {} } },
    ])
      expect(dataSection.safeParse(wrong).success).toBe(false);
  });
  it('describes streamed data, reads it once, and again when the file has changed', async () => {
    const folder = await folderOf({ 'a.csv': table(50, row => row % 2) });
    const section = dataSection.parse({ csv: 'a.csv', streaming: true });
    const first = await describeDataset(section, folder, 1);
    expect(first).toMatchObject({ size: 50, inputShape: [3], classes: ['0', '1'] });
    const rows = join(cache, 'tfjs-tune/rows');
    const entries = await readdir(rows);
    expect(entries).toHaveLength(1);
    expect(await streamDataset(section, folder, 1)).toEqual(first);
    expect(await readdir(rows)).toEqual(entries);
    await utimes(join(folder, 'a.csv'), 1000, 1000);
    // Older than a month: it goes when the next one comes.
    await utimes(join(rows, entries[0]!), 1000, 1000);
    await streamDataset(section, folder, 1);
    expect(await readdir(rows)).toHaveLength(1);
    expect(await readdir(rows)).not.toEqual(entries);
  });
});

describe('an epoch', () => {
  const prepare = async (chunk: string) => {
    const folder = await folderOf({ 'a.csv': table(3000, row => row % 4) });
    const { memory, streamed } = await both({ csv: 'a.csv' }, folder, chunk);
    const section = dataSection.parse({ csv: 'a.csv' });
    return { memory, streamed, rows: partsOf(streamed, section, 1), expected: partsOf(memory, section, 1) };
  };

  it.each(['1KB', '7KB', '64MB'])(
    'has each row once, with its target, in blocks of whole minibatches: %s',
    async chunk => {
      const { memory, streamed, rows, expected } = await prepare(chunk);
      expect(rows).toEqual(expected);
      const groups = shuffledByChunk(rows.train, streamed, createRng(1, 'epoch', 1));
      const sizes: number[] = [];
      for await (const { size, inputs } of readBlocks(streamed, groups, 32)) {
        sizes.push(size);
        expect(inputs.buffer).toBeInstanceOf(SharedArrayBuffer);
        expect(inputs.byteLength).toBeLessThanOrEqual(Math.max(streamed.chunk, 32 * 12));
      }
      expect(sizes.slice(0, -1).every(size => size % 32 === 0)).toBe(true);
      const found = await rowsIn(streamed, groups, 32);
      expect(found).toEqual(groups.flatMap(group => Array.from(group, row => rowOf(memory, row))));
      expect(groups.flatMap(group => [...group]).toSorted((a, b) => a - b)).toEqual(
        [...rows.train].toSorted((a, b) => a - b),
      );
    },
  );
  it('is a function of the seed, and reaches all over the file at once', async () => {
    const { streamed, rows } = await prepare('4KB');
    const order = (seed: number) => shuffledByChunk(rows.train, streamed, createRng(seed, 'epoch'));
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    const thirds = Array.from(order(1)[0]!, row => Math.floor((3 * row) / 3000));
    expect(new Set(thirds).size).toBe(3);
    expect(inFileOrder(rows.train, streamed).flatMap(group => [...group])).toEqual(
      [...rows.train].toSorted((a, b) => a - b),
    );
  });
  it.each(['standard', 'minMax', 'none'] as const)(
    'is normalized by the numbers of the data in memory: %s',
    async method => {
      const { memory, streamed, rows } = await prepare('1KB');
      const expected = fitInputs(memory, rows.train, method);
      const found = await fitStreamedInputs(streamed, rows.train, method);
      expect(found.method).toBe(method);
      found.offset.forEach((value, channel) => expect(value).toBeCloseTo(expected.offset[channel]!, 12));
      found.scale.forEach((value, channel) => expect(value / expected.scale[channel]!).toBeCloseTo(1, 12));
    },
  );
  it('reads on while a block is in use, and may be left early', async () => {
    const { streamed, rows } = await prepare('1KB');
    for await (const { size } of readBlocks(streamed, inFileOrder(rows.train, streamed), 8)) {
      expect(size).toBe(80);
      break;
    }
  });
});
