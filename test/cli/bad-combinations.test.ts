/** Sections that are right one by one and impossible together: told at once, with the place, and without a stack. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testFolder } from '../tune/test-folder.ts';
import { root, runTune } from './program.ts';

const folder = testFolder();
const moons = { data: { twoMoons: { examples: 60 } } };
const glyphs = { data: { glyphs: { examples: 60, size: 12 } } };
const digits = { data: { idx: { images: 'images.idx', labels: 'labels.idx' } } };
const layers = (...all: unknown[]) => ({ model: { layers: all } });

/** An IDX file of bytes that count up to a number, again and again. */
function writeIdx(name: string, sides: readonly number[], below: number): void {
  const header = Buffer.alloc(4 + 4 * sides.length);
  header.set([0, 0, 8, sides.length]);
  sides.forEach((side, index) => header.writeUInt32BE(side, 4 + 4 * index));
  const size = sides.reduce((product, side) => product * side);
  const values = Uint8Array.from({ length: size }, (_, index) => index % below);
  writeFileSync(join(folder, name), Buffer.concat([header, values]));
}

writeIdx('images.idx', [40, 6, 6], 35);
writeIdx('rows.idx', [40, 5], 7);
writeIdx('labels.idx', [40], 4);
writeIdx('labels-39.idx', [39], 4);
const rows = Array.from({ length: 60 }, (_, row) => `${row},${(row * row) % 7},${row % 2 ? 'yes' : 'no'}\n`);
writeFileSync(join(folder, 'table.csv'), `a,b,y\n${rows.join('')}`);
writeFileSync(join(folder, 'no-model.txt'), 'hello\n');

/** Two whole images, and the beginning of a third one. */
function writePhotos(): void {
  const golden = JSON.parse(readFileSync(join(root, 'test/golden/images.json'), 'utf8'));
  for (const kind of ['cats', 'dogs']) mkdirSync(join(folder, 'photos', kind), { recursive: true });
  for (const [path, text] of Object.entries(golden.colour.files as Record<string, string>))
    if (path.endsWith('.png')) writeFileSync(join(folder, 'photos', path), Buffer.from(text, 'base64'));
  const whole = Buffer.from(golden.colour.files['cats/b.png'], 'base64');
  writeFileSync(join(folder, 'photos/cats/torn.png'), whole.subarray(0, 60));
}
writePhotos();

test.for<[name: string, space: object, ...said: string[]]>([
  [
    'pool',
    { ...glyphs, ...layers({ maxPool: 20 }, 'flatten') },
    'pool.json:10:7: layer 1: maxPool with a 20x20 window got an input of 12x12',
    'expected an input at least as large as the window',
    'use padding "same", a smaller window',
  ],
  [
    'labels',
    { data: { idx: { images: 'images.idx', labels: 'labels-39.idx' } } },
    'labels-39.idx: the file has targets for 39 examples',
    'expected 40, one for each example of',
  ],
  [
    'vectors',
    { data: { ...digits.data, zeroShot: { vectors: { 0: [1, 0], 1: [0, 1], 2: [1, 1] } } } },
    'vectors.json:8:18: the class "3" has no vector',
    'expected a vector for each class of the data',
  ],
  [
    'unseen',
    { data: { ...digits.data, zeroShot: { vectors: { 0: [1, 0], 1: [0, 1], 2: [1, 1], 3: [1, 2] }, unseen: ['9'] } } },
    ': there is no class "9"',
    'expected "0", "1", "2" or "3"',
  ],
  [
    'target',
    { data: { csv: { file: 'table.csv', target: 'z' } } },
    'target.json:5:17: there is no column "z" in table.csv',
    'expected "a", "b" or "y"',
  ],
  [
    'photos',
    { data: { images: { folder: 'photos', size: [8, 8] } } },
    'torn.png: the image is damaged or cut short: Invalid PNG data',
    'expected a whole PNG file',
    'remove it, or put a good copy in its place',
  ],
  [
    'grow',
    { ...moons, ...layers({ stack: { times: 6, layers: [{ dense: 4 }] } }), train: { grow: { every: 5 }, epochs: 10 } },
    ': the last layers would come in epoch 26 of 10',
    'expected at least 26 epochs, or a smaller "every"',
  ],
  [
    'tied',
    { ...moons, ...layers({ dense: 4 }, { tied: 'nothing' }) },
    'tied.json:12:7: layer 2: tied to "nothing", a layer that is not before it',
    'expected "0.dense"',
  ],
  [
    'class-weights',
    { data: { csv: 'table.csv' }, train: { classWeights: { maybe: 2, yes: 1 } } },
    'class-weights.json:7:16: there is no class "maybe"',
    'expected "no" or "yes"',
  ],
  [
    'transfer',
    { ...moons, ...layers({ dense: 4 }), train: { transfer: { from: 'no-model.txt' } } },
    'no-model.txt: this file holds no trained weights',
    'expected a model.json of tfjs',
  ],
  [
    'transfer-misfit',
    {
      ...moons,
      ...layers({ dense: 4 }),
      train: { transfer: { from: join(root, 'test/golden/weights/cnn-keras3.keras') } },
    },
    'transfer-misfit.json:16:15: no layer of ',
    'expected a network with layers such as "0.dense" [2x4, 4]',
  ],
  [
    'augment',
    { data: { csv: 'table.csv' }, ...layers({ dense: 4 }), train: { augment: [{ rotate: 0.1 }] } },
    'augment.json:14:7: it changes images, and an example has the shape [2]',
    'expected examples of the shape [height, width, channels]',
  ],
  [
    'embedding',
    {
      data: { idx: { images: 'rows.idx', labels: 'labels.idx' } },
      ...layers({ embedding: { vocabulary: 7, units: 3 } }, 'flatten'),
    },
    'embedding.json:10:7: embedding takes whole numbers, and "data" makes others of them',
    'expected "normalize": "none" in "data"',
  ],
  [
    'output',
    { ...glyphs, model: { layers: ['flatten', { dense: 24 }], output: 'none' } },
    ': the layers put out 24 values for each example, its target has 10',
    'expected layers that end in 10 values',
  ],
])('%s', { timeout: 60_000 }, async ([name, space, ...said]) => {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(space, undefined, 2));
  const { code, out, err } = await runTune([`${name}.json`, '--trials', '1', '--quiet'], { cwd: folder });
  expect(out).toBe('');
  for (const text of said) expect(err).toContain(text);
  expect(err).toMatch(/^Mend the .+ space file\.$/m);
  expect(err).not.toMatch(/^ +at /m);
  expect(code).toBe(2);
});

test('Eve without a loss, in a program of your own', () => {
  const script = `
    const { loadBackend, optimizers } = await import('./dist/graph.js');
    const tf = await loadBackend();
    const eve = optimizers.eve;
    const one = tf.scalar(1);
    const knobs = eve.knobs.parse({});
    const hyper = Object.fromEntries(eve.continuous.map(name => [name, tf.scalar(knobs[name])]));
    try {
      eve.update({ weight: one, gradient: one, slots: [one, one], scalars: [one, one], hyper, step: one });
    } catch ({ name, code, message }) {
      console.log(name, code, message);
    }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr + stdout).toContain('TuneError USAGE eve cannot update weights without the loss');
  expect(stdout).toContain('expected update({ ..., loss })');
});
