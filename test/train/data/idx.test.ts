/** IDX files: all element types, shapes, and what is said about wrong files. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Dataset, Task } from '../../../src/train/data/dataset.ts';
import { folderOf, load, problemsOf } from './helpers.ts';

const writers = {
  0x08: { bytes: 1, write: (view: DataView, at: number, value: number) => view.setUint8(at, value) },
  0x09: { bytes: 1, write: (view: DataView, at: number, value: number) => view.setInt8(at, value) },
  0x0b: { bytes: 2, write: (view: DataView, at: number, value: number) => view.setInt16(at, value) },
  0x0c: { bytes: 4, write: (view: DataView, at: number, value: number) => view.setInt32(at, value) },
  0x0d: { bytes: 4, write: (view: DataView, at: number, value: number) => view.setFloat32(at, value) },
  0x0e: { bytes: 8, write: (view: DataView, at: number, value: number) => view.setFloat64(at, value) },
};

/** An IDX file as the format's description has it. */
function idxFile(shape: readonly number[], values: readonly number[], type: keyof typeof writers = 0x08): Buffer {
  const { bytes, write } = writers[type];
  const start = 4 + 4 * shape.length;
  const file = Buffer.alloc(start + bytes * values.length);
  const view = new DataView(file.buffer, file.byteOffset);
  view.setUint8(2, type);
  view.setUint8(3, shape.length);
  shape.forEach((side, index) => view.setUint32(4 + 4 * index, side));
  values.forEach((value, index) => write(view, start + bytes * index, value));
  return file;
}

async function loadPair(images: Uint8Array, labels: Uint8Array, task?: Task): Promise<Dataset> {
  const folder = await folderOf({ images, labels });
  return load('idx', { images: 'images', labels: 'labels' }, { folder, ...(task && { task }) });
}

const images = idxFile([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]);
const labels = idxFile([2], [1, 0]);

describe('IDX files', () => {
  it('keep bytes, plain or gzipped', async () => {
    const data = await loadPair(images, gzipSync(labels));
    expect(data).toEqual({
      task: 'classification',
      size: 2,
      inputShape: [2, 3, 1],
      inputs: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255),
      targetSize: 1,
      targets: Int32Array.of(1, 0),
      classes: ['0', '1'],
    });
    expect(await loadPair(gzipSync(images), labels)).toEqual(data);
  });
  it.each([
    [0x09, [-128, 127]],
    [0x0b, [-32_768, 258]],
    [0x0c, [-2_147_483_648, 65_536]],
    [0x0d, [-0.5, 1.25]],
    [0x0e, [-0.5, 1e30]],
  ] as const)('have numbers of type %i', async (type, values) => {
    const { inputs } = await loadPair(idxFile([2, 1], values, type), labels);
    expect(inputs).toEqual(Float32Array.from(values));
  });
  it.each([
    [[2, 3], [3]],
    [
      [2, 2, 3],
      [2, 3, 1],
    ],
    [
      [2, 2, 3, 4],
      [2, 3, 4],
    ],
  ])('of the shape %j give examples of %j', async (shape, inputShape) => {
    const values = Array.from({ length: shape.reduce((product, side) => product * side) }, (_, index) => index);
    expect(await loadPair(idxFile(shape, values), labels)).toMatchObject({ inputShape });
  });
  it('have the labels that occur as classes, negative ones too', async () => {
    const data = await loadPair(idxFile([3, 1], [1, 2, 3]), idxFile([3], [7, -1, 7], 0x09));
    expect(data).toMatchObject({ classes: ['-1', '7'], targets: Int32Array.of(1, 0, 1) });
  });
  it('have values where the section says regression, or the numbers are no integers', async () => {
    expect(await loadPair(images, labels, 'regression')).toMatchObject({
      task: 'regression',
      targets: Float32Array.of(1, 0),
    });
    expect(await loadPair(images, idxFile([2], [0.5, 2], 0x0d))).toMatchObject({
      task: 'regression',
      targets: Float32Array.of(0.5, 2),
    });
  });
  it('may have a test set, which comes last', async () => {
    const folder = await folderOf({
      images,
      labels,
      more: idxFile([1, 2, 3], [9, 9, 9, 9, 9, 9]),
      label: idxFile([1], [1]),
    });
    const knobs = { images: 'images', labels: 'labels', testImages: 'more', testLabels: 'label' };
    const data = await load('idx', knobs, { folder });
    expect(data).toMatchObject({ size: 3, testSize: 1, targets: Int32Array.of(1, 0, 1) });
    expect([...data.inputs.subarray(12)]).toEqual([9, 9, 9, 9, 9, 9]);
  });
  it('need both files of a test set', async () => {
    await expect(load('idx', { images: 'a', labels: 'b', testImages: 'c' })).rejects.toThrow('needs both its files');
  });
});

describe('wrong IDX files are named, with what was expected:', () => {
  it.each([
    ['another format', Buffer.from('PNG!'), 'this is no IDX file: it starts with the bytes 50 4e 47 21', /^00 00/],
    ['nothing', Buffer.of(), 'this is no IDX file: it is empty', /^00 00/],
    [
      'a cut header',
      images.subarray(0, 9),
      'the file has 9 bytes and is cut short',
      'a header of 16 bytes for 3 dimensions',
    ],
    [
      'cut numbers',
      images.subarray(0, 20),
      'the file has 20 bytes and is cut short',
      '28 bytes: a header of 16 and 2 x 2 x 3 numbers of 1',
    ],
    ['more numbers', Buffer.concat([images, images]), 'the file has 56 bytes', /^28 bytes/],
    ['labels', labels, 'the file holds one number for each of 2 examples', 'images, or rows of features'],
    [
      'five dimensions',
      idxFile([2, 1, 1, 1, 1], [1, 2]),
      'the file has 5 dimensions: 2 x 1 x 1 x 1 x 1',
      /^examples x features/,
    ],
    ['no examples', idxFile([0, 2], []), 'the file holds no numbers: its shape is 0 x 2', /^$/],
    ['NaN', idxFile([2, 2], [1, 2, 3, NaN], 0x0d), 'NaN in example 2, number 2', /^a finite number/],
  ])('%s as images', async (_, file, message, expected) => {
    const [problem] = await problemsOf(() => loadPair(file, labels));
    expect(problem!.message).toBe(message);
    expect(problem!.where!.file).toMatch(/\/images$/);
    expect(problem!.expected ?? '').toMatch(expected);
  });
  it('other numbers of images and labels', async () => {
    const [problem] = await problemsOf(() => loadPair(images, idxFile([3], [0, 1, 0])));
    expect(problem!.message).toBe('the file has targets for 3 examples');
    expect(problem!.expected).toMatch(/^2, one for each example of .*\/images$/);
    expect(problem!.where!.file).toMatch(/\/labels$/);
  });
  it('fractions as classes', async () => {
    const [problem] = await problemsOf(() => loadPair(images, idxFile([2], [0, 0.5], 0x0d), 'classification'));
    expect(problem).toMatchObject({ message: 'the class 0.5', expected: 'whole numbers' });
  });
  it('several labels for an image', async () => {
    const [problem] = await problemsOf(() => loadPair(images, idxFile([2, 2], [0, 1, 1, 0]), 'classification'));
    expect(problem).toMatchObject({ message: '2 targets for each example', expected: 'one class for each example' });
  });
  it('a test set of another shape', async () => {
    const folder = await folderOf({ images, labels, more: idxFile([2, 2], [1, 2, 3, 4]) });
    const knobs = { images: 'images', labels: 'labels', testImages: 'more', testLabels: 'labels' };
    const [problem] = await problemsOf(() => load('idx', knobs, { folder }));
    expect(problem).toMatchObject({ message: 'the shape is n x 2', expected: `n x 2 x 3, as in ${folder}/images` });
  });
});
