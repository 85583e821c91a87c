/** Image folders: the numbers that Keras reads from the same files; the command: test/golden/make-images.py. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import type { TF } from '../../../src/backend/tf.ts';
import { readImageHeader } from '../../../src/train/data/image-header.ts';
import { describeDataset, dataSection } from '../../../src/train/data/section.ts';
import { lacksSharedData, sharedData } from '../../shared-data.ts';
import { folderOf, load, problemsOf, refusalOf, sum } from './helpers.ts';

interface Case {
  /** Paths and contents in base64. */
  readonly files: Readonly<Record<string, string>>;
  readonly size: readonly number[];
  readonly classes: readonly string[];
  readonly values: Readonly<Record<string, readonly number[]>>;
}

const golden = JSON.parse(readFileSync(new URL('../../golden/images.json', import.meta.url), 'utf8')) as {
  readonly colour: Case;
  readonly grey: Case;
  readonly greyed: Pick<Case, 'values'>;
};

type Files = Readonly<Record<string, Uint8Array>>;

function filesOf({ files }: Case): Files {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, 'base64')]));
}

/** "photos" in a folder of its own. */
async function photosOf(files: Files, name = 'photos'): Promise<string> {
  const folder = await folderOf({});
  await add(join(folder, name), files);
  return folder;
}

async function add(root: string, files: Files): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
}

const grey = filesOf(golden.grey);
const colour = filesOf(golden.colour);
/** Without the formats that are not converted. */
const converted = Object.fromEntries(Object.entries(colour).filter(([path]) => /png$|jpg$/.test(path)));

describe('image folders', () => {
  it('in colours, of four formats and all sizes, as Keras reads them', async () => {
    const { size, classes, values } = golden.colour;
    const data = await load('images', { folder: 'photos', size }, { folder: await photosOf(colour) });
    expect(data).toMatchObject({ task: 'classification', size: 6, inputShape: [...size, 3], classes });
    expect([...data.targets]).toEqual([0, 0, 1, 1, 1, 1]);
    expectPixels(
      data.inputs,
      Object.keys(values)
        .toSorted()
        .map(path => values[path]!),
    );
  });
  it('in grey, with classes that are numbers in their order', async () => {
    const { size, values } = golden.grey;
    const data = await load('images', { folder: 'photos', size }, { folder: await photosOf(grey) });
    expect(data).toMatchObject({ inputShape: [...size, 1], classes: ['0', '1', '2', '10'] });
    // By name, "10" comes before "2".
    expect([...data.targets]).toEqual([0, 1, 3, 2]);
    expectPixels(
      data.inputs,
      Object.keys(values)
        .toSorted()
        .map(path => values[path]!),
    );
  });
  it('are made grey where the section says so', async () => {
    const { values } = golden.greyed;
    const knobs = { folder: 'photos', size: [6, 8], channels: 1 };
    const data = await load('images', knobs, { folder: await photosOf(converted) });
    expect(data.inputShape).toEqual([6, 8, 1]);
    expectPixels(
      data.inputs,
      Object.keys(values)
        .toSorted()
        .map(path => values[path]!),
    );
  });
  it('may have a test folder, which comes last', async () => {
    const folder = await photosOf(grey);
    await add(join(folder, 'test'), { '2/x.png': grey['2/d.png']!, '10/y.png': grey['10/c.png']! });
    const data = await load('images', { folder: 'photos', testFolder: 'test', size: [6, 6] }, { folder });
    expect(data).toMatchObject({ size: 6, testSize: 2, targets: Int32Array.of(0, 1, 3, 2, 3, 2) });
    expect(data.inputs.subarray(4 * 36, 5 * 36)).toEqual(data.inputs.subarray(2 * 36, 3 * 36));
  });
  it('are described without their pixels', async () => {
    const folder = await photosOf(grey);
    const section = dataSection.parse({ images: 'photos' });
    const { inputs, targets, ...loaded } = await load('images', { folder: 'photos' }, { folder });
    expect(await describeDataset(section, folder, 1)).toEqual(loaded);
    expect([inputs.length, targets.length]).toEqual([4 * 32 * 32, 4]);
  });
  it('may have hidden files, and links that stay inside', async () => {
    const folder = await photosOf({ ...grey, '0/.DS_Store': Buffer.of(1), '.git/x': Buffer.of(1) });
    await symlink('../0/a.png', join(folder, 'photos/2/link.png'));
    expect(await load('images', { folder: 'photos' }, { folder })).toMatchObject({ size: 5 });
  });
});

/** Keras's numbers, rounded; another release of a decoder may differ by one. */
function expectPixels(inputs: ArrayLike<number>, expected: readonly (readonly number[])[]): void {
  const numbers = expected.flat();
  expect(inputs).toBeInstanceOf(Uint8Array);
  expect(inputs).toHaveLength(numbers.length);
  const distances = Array.from(inputs, (value, index) => Math.abs(value - numbers[index]!));
  expect(Math.max(...distances)).toBeLessThanOrEqual(1.5);
  expect(distances.filter(distance => distance <= 0.5 + 1e-3).length / distances.length).toBeGreaterThan(0.9);
}

describe.skipIf(lacksSharedData)('real digits, written as files', () => {
  let tf: TF & {
    node: { encodePng(image: object): Promise<Uint8Array>; encodeJpeg(image: object): Promise<Uint8Array> };
  };
  beforeAll(async () => {
    tf = (await loadBackend()) as typeof tf;
  });

  it('come back: as PNG the same bytes, as JPEG nearly', async () => {
    const digits = await load('idx', {
      images: sharedData('mnist10k/t10k-images-idx3-ubyte.gz'),
      labels: sharedData('mnist10k/t10k-labels-idx1-ubyte.gz'),
    });
    const [png, jpeg] = [{}, {}] as Record<string, Uint8Array>[];
    const wanted: number[] = [];
    for (let digit = 0; digit < 10; digit++) {
      const rows = [...digits.targets.keys()].filter(row => digits.targets[row] === digit).slice(0, 3);
      for (const [index, row] of rows.entries()) {
        const pixels = [...digits.inputs.subarray(row * 784, (row + 1) * 784)];
        wanted.push(...pixels);
        const image = tf.tensor3d(pixels, [28, 28, 1], 'int32');
        png![`${digit}/${index}.png`] = await tf.node.encodePng(image);
        jpeg![`${digit}/${index}.jpg`] = await tf.node.encodeJpeg(image);
        image.dispose();
      }
    }
    const tensors = tf.memory().numTensors;
    const exact = await load('images', { folder: 'photos', size: [28, 28] }, { folder: await photosOf(png!) });
    expect(exact).toMatchObject({ size: 30, inputShape: [28, 28, 1], classes: digits.classes });
    expect([...exact.inputs]).toEqual(wanted);
    const lossy = await load('images', { folder: 'photos', size: [28, 28] }, { folder: await photosOf(jpeg!) });
    const distances = wanted.map((value, index) => Math.abs(value - lossy.inputs[index]!));
    expect(sum(distances) / distances.length).toBeLessThan(2);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

it('are told from texts that begin like one', () => {
  for (const text of ['BMI,age,y\n22,40,1\n', 'GIF8,y\n1,2\n'])
    expect(readImageHeader(Buffer.from(text))).toBeUndefined();
});

describe('wrong image folders are named, with what was expected:', () => {
  const refused = async (files: Files, knobs: object = {}) => {
    const folder = await photosOf(files);
    return problemsOf(() => load('images', { folder: 'photos', ...knobs }, { folder }));
  };

  it('images that are damaged or cut short, and what is no image: all at once', async () => {
    const png = Buffer.from(colour['cats/b.png']!);
    const problems = await refused({
      ...colour,
      'cats/cut.jpg': colour['cats/a.jpg']!.subarray(0, 300),
      'cats/cut.png': png.subarray(0, 120),
      'cats/empty.png': Buffer.of(),
      'cats/notes.txt': Buffer.from('see b.png'),
    });
    expect(
      problems.map(({ message, where }) => `${basename(where!.file)}: ${message.replace(/short: .*/s, 'short')}`),
    ).toEqual([
      'cut.jpg: the image is damaged or cut short',
      'cut.png: the image is damaged or cut short',
      'empty.png: this is no image: it is empty',
      'notes.txt: this is no image: it starts with the bytes 73 65 65 20 62 2e 70 6e',
    ]);
    expect(problems.map(({ expected }) => expected)).toEqual([
      'a whole JPEG file',
      'a whole PNG file',
      'a PNG, JPEG, BMP or GIF file',
      'a PNG, JPEG, BMP or GIF file',
    ]);
    expect(problems.every(({ hint }) => hint?.startsWith('remove it'))).toBe(true);
  });
  it('ten of them, and how many more there are', async () => {
    const texts = Array.from({ length: 14 }, (_, index) => [`0/${index}.txt`, Buffer.from('text')] as const);
    const problems = await refused({ ...grey, ...Object.fromEntries(texts) });
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)!.message).toBe('and 4 more problems');
  });
  it('mixed channels', async () => {
    const problems = await refused({ ...grey, '1/colour.png': colour['cats/b.png']! });
    expect(problems).toMatchObject([
      { message: 'this image is in colours', hint: expect.stringContaining('"channels": 1') },
    ]);
    expect(problems[0]!.expected).toMatch(/^grey, as .*\/0\/a\.png$/);
  });
  it('formats that are not converted', async () => {
    const problems = await refused(colour, { channels: 1 });
    expect(problems.map(({ message }) => message)).toEqual([
      'this BMP file has 3 channels',
      'this GIF file has 3 channels',
    ]);
  });
  it('an empty folder of a class, and a folder inside of one', async () => {
    const folder = await photosOf({ ...grey, '1/more/x.png': grey['2/d.png']! });
    await mkdir(join(folder, 'photos/3'));
    const problems = await problemsOf(() => load('images', { folder: 'photos' }, { folder }));
    expect(problems).toMatchObject([
      { message: 'this is a folder inside the folder of a class', where: { file: expect.stringMatching(/1\/more$/) } },
      { message: 'the folder of this class is empty', where: { file: expect.stringMatching(/photos\/3$/) } },
    ]);
  });
  it('a single class, no classes, no folder', async () => {
    expect((await refused({ '0/a.png': grey['0/a.png']! }))[0]!.message).toBe('every example has the class "0"');
    expect((await refused({ 'a.png': grey['0/a.png']! }))[0]!.message).toBe('there are no folders in this folder');
    const missing = await refusalOf(() => load('images', { folder: 'nowhere' }), 'FILE_UNREADABLE');
    expect(missing.message).toMatch(/nowhere: there is no such file/);
  });
  it('a test class that does not train', async () => {
    const folder = await photosOf(grey);
    await add(join(folder, 'test'), {
      '2/x.png': grey['2/d.png']!,
      '7/y.png': grey['2/d.png']!,
      '7/z.png': grey['2/d.png']!,
    });
    const problems = await problemsOf(() => load('images', { folder: 'photos', testFolder: 'test' }, { folder }));
    expect(problems).toMatchObject([{ message: 'the class "7" has no folder among the training images' }]);
  });
  it('links that lead out, or nowhere', async () => {
    const folder = await photosOf(grey);
    await writeFile(join(folder, 'secret.png'), grey['0/a.png']!);
    await symlink('../../secret.png', join(folder, 'photos/0/secret.png'));
    await symlink('/etc', join(folder, 'photos/1/etc'));
    await symlink('nowhere.png', join(folder, 'photos/2/broken.png'));
    const problems = await problemsOf(() => load('images', { folder: 'photos' }, { folder }));
    expect(problems.map(({ message }) => message.replace(/ of .*/, ''))).toEqual([
      'this link leads out',
      'this link leads out',
      'this link leads nowhere',
    ]);
  });
  it('regression', async () => {
    const folder = await photosOf(grey);
    const [problem] = await problemsOf(() => load('images', { folder: 'photos' }, { folder, task: 'regression' }));
    expect(problem!.message).toBe('the folders of images are classes');
  });
});
