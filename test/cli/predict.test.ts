/** `tune predict`: models that `tune` saved, on tables, arrays and images, through the built program. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import type { TF } from '../../src/backend/tf.ts';
import { tune } from '../../src/index.ts';
import { createRng } from '../../src/study/rng.ts';
import { dataSection, loadDataset } from '../../src/train/data/section.ts';
import { splitRows } from '../../src/train/data/split.ts';
import { testFolder } from '../tune/test-folder.ts';
import { root, runTune, type Ended } from './program.ts';

const cwd = testFolder();

function predict(...args: string[]): Promise<Ended> {
  return runTune(['predict', ...args], { cwd });
}

function write(name: string, contents: string | Uint8Array): string {
  mkdirSync(dirname(join(cwd, name)), { recursive: true });
  writeFileSync(join(cwd, name), contents);
  return name;
}

function linesOf({ code, out, err }: Ended): string[] {
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.endsWith('\n')).toBe(true);
  return out.slice(0, -1).split('\n');
}

describe('the model of the quickstart', () => {
  const size = 20;
  let model: string;
  let accuracy: number;
  /** Test images, as they are in the data. */
  let images: Uint8Array[];
  let labels: number[];

  beforeAll(async () => {
    const { out } = await runTune(
      ['search-spaces/quickstart.json', '--trials', '1', '--json', '--quiet', '--reports', cwd],
      { cwd: root },
    );
    const result = JSON.parse(out);
    model = result.files.model;
    accuracy = result.report.model.test.metrics.accuracy;
    const section = dataSection.parse({
      glyphs: { examples: 2000, size },
      split: { validation: 0.2, test: 0.2 },
    });
    const dataset = await loadDataset(section, '.', 1);
    const { test: rows } = splitRows(dataset, section.split, createRng(1, 'split'));
    const pixels = size * size;
    images = [...rows].map(row => dataset.inputs.slice(row * pixels, (row + 1) * pixels) as Uint8Array);
    labels = [...rows].map(row => dataset.targets[row]!);
    write('images.idx', Buffer.concat([header(images.length, size, size), ...images]));
  });

  /** Of an IDX file of bytes. */
  function header(...sides: number[]): Buffer {
    const bytes = Buffer.alloc(4 + 4 * sides.length);
    bytes.set([0, 0, 8, sides.length]);
    sides.forEach((side, index) => bytes.writeUInt32BE(side, 4 + 4 * index));
    return bytes;
  }

  test('gives the class and all probabilities of IDX images, as accurate as reported', async () => {
    const [head, ...lines] = linesOf(await predict(model, 'images.idx'));
    expect(head).toBe('class,0,1,2,3,4,5,6,7,8,9');
    expect(lines).toHaveLength(images.length);
    const rows = lines.map(line => line.split(',').map(Number));
    for (const [predicted, ...probabilities] of rows) {
      expect(probabilities.reduce((sum, one) => sum + one)).toBeCloseTo(1, 4);
      expect(probabilities[predicted!]).toBe(Math.max(...probabilities));
    }
    const right = rows.filter(([predicted], index) => predicted === labels[index]).length;
    expect(right / rows.length).toBeCloseTo(accuracy, 9);
  });

  test('gives the same for an NPY array, as JSON lines in a file', async () => {
    const text =
      `{'descr': '<f4', 'fortran_order': False, 'shape': (${images.length}, ${size}, ${size}, 1), }`.padEnd(117) + '\n';
    const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
    start.writeUInt16LE(text.length, 8);
    const values = Float32Array.from(Buffer.concat(images));
    write('images.npy', Buffer.concat([start, Buffer.from(text), new Uint8Array(values.buffer)]));
    const { code, out, err } = await predict(model, 'images.npy', '--json', '--output', 'out.jsonl');
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe(`wrote ${images.length} predictions to out.jsonl\n`);
    const objects = readFileSync(join(cwd, 'out.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const [, ...lines] = linesOf(await predict(model, 'images.idx'));
    expect(objects.map(one => [one.class, ...Object.values(one.probabilities)].join(','))).toEqual(lines);
  });

  describe('on image files', () => {
    let tf: TF;
    let encode: { encodePng(image: unknown): Promise<Uint8Array>; encodeJpeg(image: unknown): Promise<Uint8Array> };

    beforeAll(async () => {
      tf = await loadBackend();
      encode = (tf as unknown as { node: typeof encode }).node;
      for (const [index, image] of images.slice(0, 12).entries()) {
        const gray = tf.tensor3d(image, [size, size, 1], 'int32');
        write(`pictures/${String(index).padStart(2, '0')}.png`, await encode.encodePng(gray));
      }
    });

    test('gives the same for a folder of PNG images, with their names', async () => {
      write('pictures/notes.txt', 'no image');
      const [head, ...lines] = linesOf(await predict(model, 'pictures'));
      const [, ...expected] = linesOf(await predict(model, 'images.idx'));
      expect(head).toBe('file,class,0,1,2,3,4,5,6,7,8,9');
      expect(lines.map(line => line.split(',')[0])).toEqual(
        images.slice(0, 12).map((_, i) => `${String(i).padStart(2, '0')}.png`),
      );
      lines.forEach((line, index) => {
        const [one, other] = [line.split(',').slice(1), expected[index]!.split(',')].map(cells => cells.map(Number));
        one!.forEach((value, place) => expect(value).toBeCloseTo(other![place]!, 4));
      });
    });

    test('resizes a large JPEG image in color', async () => {
      const gray = tf.tensor4d(images[0]!, [1, size, size, 1]);
      const large = tf.image.resizeBilinear(gray, [4 * size, 4 * size], false, true).tile([1, 1, 1, 3]);
      write('large.jpg', await encode.encodeJpeg(large.squeeze([0]).round().cast('int32')));
      const [, line] = linesOf(await predict(model, 'large.jpg'));
      const [, first] = linesOf(await predict(model, 'pictures/00.png'));
      expect(line).toMatch(/^large\.jpg,/);
      expect(line!.split(',')[1]).toBe(first!.split(',')[1]);
    });

    test('says which image is damaged', async () => {
      const whole = readFileSync(join(cwd, 'pictures', '00.png'));
      const { code, err } = await predict(model, write('cut.png', whole.subarray(0, 60)));
      expect(err).toMatch(/cut\.png: the image is damaged or cut short: /);
      expect(code).toBe(2);
    });
  });

  test.each<[string, () => string, string]>([
    [
      'text',
      () => write('text.csv', 'a,b\n1,2\n'),
      'this is neither an array nor an image: it starts with the bytes 61 2c 62 0a',
    ],
    [
      'images of another size',
      () => write('other.idx', Buffer.concat([header(1, 10, 10), Buffer.alloc(100)])),
      'the shape is 1 x 10 x 10\n    expected n x 20 x 20 x 1',
    ],
    [
      'an array that is cut short',
      () => write('cut.idx', Buffer.concat([header(2, 20, 20), Buffer.alloc(400)])),
      'is cut short',
    ],
    ['a folder without images', () => dirname(write('empty/notes.txt', '')), 'there are no images in this folder'],
    ['no file', () => 'missing.png', 'there is no such file'],
  ])('refuses %s', async (_, file, message) => {
    const { code, out, err } = await predict(model, file());
    expect(err).toContain(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('a folder above it is no model, but leads to it', async () => {
    const { code, err } = await predict(dirname(model), 'images.idx');
    expect(err).toContain(
      `this folder holds no model of tfjs-tune\n    expected model.json, weights.bin and tune.json\n    did you mean "${model}"?`,
    );
    expect(code).toBe(2);
    const missing = await predict('nowhere', 'images.idx', '--json');
    expect(JSON.parse(missing.out)).toMatchObject({ error: { code: 'FILE_UNREADABLE' } });
  });
});

describe('models of tables', () => {
  const colors = ['blue', 'green', 'red, dark'];
  const rows = Array.from({ length: 240 }, (_, row) => {
    const [color, x] = [row % 3, ((row * 37) % 100) / 50 - 1];
    return { color: `"${colors[color]!}"`, x, kind: (color === 2) === x > 0 ? 'warm' : 'cold', y: 3 * color + x };
  });
  const table = (names: readonly (keyof (typeof rows)[0])[], separator = ',') =>
    rows.map(row => names.map(name => row[name]).join(separator));
  const train = { optimizer: { adam: 0.02 }, epochs: 60 };
  const model = { layers: [{ dense: { units: 16, activation: 'relu' } }] };

  async function trained(name: string, csv: object): Promise<string> {
    const { files } = await tune(
      { name, data: { csv }, model, train, space: {} },
      { trials: 1, slots: 1, reports: cwd },
    );
    return files.model!;
  }

  test('columns are found by name, texts are one-hot as in training, the target may be missing', async () => {
    const file = join(cwd, write('train.csv', ['kind,color,x', ...table(['kind', 'color', 'x']), ''].join('\n')));
    const folder = await trained('kinds', { file, target: 'kind' });
    const [head, ...lines] = linesOf(await predict(folder, 'train.csv'));
    expect(head).toBe('class,cold,warm');
    const right = lines.filter((line, index) => line.startsWith(`${rows[index]!.kind},`)).length;
    expect(right / rows.length).toBeGreaterThan(0.95);

    // Only red rows, in another order of columns, without the target.
    const red = rows.filter(({ color }) => color.includes('red')).map(({ color, x }) => `${x},0,${color}`);
    const [, ...again] = linesOf(await predict(folder, write('red.csv', ['x,y,color', ...red, ''].join('\n'))));
    expect(again).toEqual(lines.filter((_, index) => rows[index]!.color.includes('red')));

    const { code, err } = await predict(folder, write('wrong.csv', 'color,X\ngren,0\n'));
    expect(err).toContain('there is no column "x", an input of the model\n    did you mean "X"?');
    expect(code).toBe(2);
    const unknown = await predict(folder, write('unknown.csv', 'color,x\nblue,0\ngren,0\n'));
    expect(unknown.err).toMatch(
      /unknown\.csv:3:1: "gren" in column "color"\n {4}gren,0\n {4}\^{4}\n {4}did you mean "green"\?/,
    );
    const image = await predict(folder, write('tiny.png', Buffer.from('89504e470d0a1a0a', 'hex')));
    expect(image.err).toContain('the model was not trained on images of bytes');
  });

  test('values of a file without header, whose target stood first', async () => {
    const lines = table(['y', 'x'], ';');
    const file = join(cwd, write('bare.csv', [...lines, ''].join('\n')));
    const folder = await trained('values', { file, header: false, delimiter: ';', target: 'c1' });
    const whole = linesOf(await predict(folder, 'bare.csv'));
    expect(whole[0]).toBe('c1');
    const inputs = write('inputs.csv', rows.map(({ x }) => `${x}\n`).join(''));
    expect(linesOf(await predict(folder, inputs))).toEqual(whole);
    const [first] = linesOf(await predict(folder, inputs, '--json'));
    expect(JSON.parse(first!)).toEqual({ values: { c1: Number(whole[1]) } });
  });
});
