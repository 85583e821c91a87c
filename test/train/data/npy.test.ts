/** NPY files written by NumPy; the command that made them: test/golden/make-npy.py. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Dataset, Task } from '../../../src/train/data/dataset.ts';
import { folderOf, load, problemsOf } from './helpers.ts';

interface Saved {
  /** The file in base64. */
  readonly file: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('../../golden/npy.json', import.meta.url), 'utf8')) as {
  readonly types: Readonly<Record<string, Saved>>;
  readonly versions: Readonly<Record<string, Saved>>;
} & Readonly<Record<'images' | 'column' | 'classes' | 'values' | 'pairs', Saved>> &
  Readonly<Record<'scalar' | 'empty' | 'fortran' | 'half' | 'structured' | 'text' | 'notFinite', Pick<Saved, 'file'>>>;

function bytesOf({ file }: Pick<Saved, 'file'>): Buffer {
  return Buffer.from(file, 'base64');
}

async function loadPair(inputs: Uint8Array, targets: Uint8Array, task?: Task): Promise<Dataset> {
  const folder = await folderOf({ 'x.npy': inputs, 'y.npy': targets });
  return load('npy', { inputs: 'x.npy', targets: 'y.npy' }, { folder, ...(task && { task }) });
}

const values = bytesOf(golden.values);

describe('NPY files', () => {
  it.each(Object.keys(golden.types))('of type %s', async type => {
    const saved = golden.types[type]!;
    const { inputs, inputShape } = await loadPair(bytesOf(saved), values);
    expect(inputShape).toEqual(saved.shape.slice(1));
    expect(inputs).toBeInstanceOf(type === '|u1' || type === '|b1' ? Uint8Array : Float32Array);
    expect([...inputs]).toEqual(saved.values.map(Math.fround));
  });
  it.each(Object.keys(golden.versions))('of version %s, gzipped', async version => {
    const saved = golden.versions[version]!;
    const { inputs } = await loadPair(gzipSync(bytesOf(saved)), values);
    expect([...inputs]).toEqual(saved.values);
  });
  it('of one number for each example are one feature, of three sides images', async () => {
    expect(await loadPair(bytesOf(golden.column), values)).toMatchObject({ size: 4, inputShape: [1] });
    expect(await loadPair(bytesOf(golden.images), values)).toMatchObject({ size: 4, inputShape: [3, 2, 1] });
  });
  it('have integers as classes, other targets as values', async () => {
    const inputs = bytesOf(golden.column);
    expect(await loadPair(inputs, bytesOf(golden.classes))).toMatchObject({
      task: 'classification',
      targetSize: 1,
      targets: Int32Array.of(2, 0, 2, 1),
      classes: ['-1', '3', '7'],
    });
    expect(await loadPair(inputs, bytesOf(golden.classes), 'regression')).toMatchObject({
      task: 'regression',
      targets: Float32Array.of(7, -1, 7, 3),
    });
    expect(await loadPair(inputs, values)).toMatchObject({
      task: 'regression',
      targets: Float32Array.of(0.5, 1.5, -2.5, 1),
    });
    expect(await loadPair(inputs, bytesOf(golden.pairs))).toMatchObject({ task: 'regression', targetSize: 2 });
  });
  it('may have a test set, which comes last', async () => {
    const folder = await folderOf({ x: bytesOf(golden.pairs), y: values });
    const data = await load('npy', { inputs: 'x', targets: 'y', testInputs: 'x', testTargets: 'y' }, { folder });
    expect(data).toMatchObject({ size: 8, testSize: 4 });
    expect(data.inputs.subarray(8)).toEqual(data.inputs.subarray(0, 8));
    await expect(load('npy', { inputs: 'x', targets: 'y', testTargets: 'y' })).rejects.toThrow('needs both its files');
  });
});

describe('wrong NPY files are named, with what was expected:', () => {
  const whole = bytesOf(golden.pairs);
  it.each([
    [
      'another format',
      Buffer.from('PK\x03\x04zip'),
      'this is no NPY file: it starts with the bytes 50 4b 03 04 7a 69',
      /93 4e 55/,
    ],
    ['an unknown version', Buffer.from(whole).fill(9, 6, 7), 'NPY version 9', /^version 1, 2 or 3$/],
    ['a cut header', whole.subarray(0, 40), 'the file has 40 bytes and is cut short', /^a header of 128 bytes$/],
    [
      'cut numbers',
      whole.subarray(0, 150),
      'the file has 150 bytes and is cut short',
      /^192 bytes: a header of 128 and 4 x 2 numbers of 8$/,
    ],
    ['a single number', bytesOf(golden.scalar), 'the file holds a single number', /^one per example$/],
    [
      'column order',
      bytesOf(golden.fortran),
      'the array is stored column by column ("fortran_order": True)',
      /^row by row$/,
    ],
    ['half precision', bytesOf(golden.half), 'elements of type "f2"', /^one of b1, u1/],
    ['NaN', bytesOf(golden.notFinite), 'NaN in example 2, number 1', /^a finite number below/],
  ])('%s', async (_, file, message, expected) => {
    const [problem] = await problemsOf(() => loadPair(file, values));
    expect(problem!.message).toBe(message);
    expect(problem!.expected).toMatch(expected);
    expect(problem!.where!.file).toMatch(/\/x\.npy$/);
  });
  it('no numbers', async () => {
    const [problem] = await problemsOf(() => loadPair(bytesOf(golden.empty), values));
    expect(problem!.message).toBe('the file holds no numbers: its shape is 0 x 3');
  });
  it.each(['structured', 'text'] as const)('%s elements', async name => {
    const [problem] = await problemsOf(() => loadPair(bytesOf(golden[name]), values));
    expect(problem!.message).toMatch(/^the header is \{'descr'/);
    expect(problem!.expected).toMatch(/an array of plain numbers$/);
  });
  it('how to save an array in row order', async () => {
    const [problem] = await problemsOf(() => loadPair(bytesOf(golden.fortran), values));
    expect(problem!.hint).toContain('numpy.ascontiguousarray');
  });
  it('every number that is not finite', async () => {
    const problems = await problemsOf(() => loadPair(bytesOf(golden.notFinite), values));
    expect(problems.map(({ message }) => message)).toEqual([
      'NaN in example 2, number 1',
      'Infinity in example 3, number 1',
      '1e+300 in example 3, number 2',
    ]);
  });
});
