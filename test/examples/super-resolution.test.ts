/** The example of super-resolution: its bicubic interpolation is TensorFlow's (test/golden/make-super-resolution.py), and it runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { root, runTune } from '../cli/program.ts';
import { lacksSharedData } from '../shared-data.ts';
import { testFolder } from '../tune/test-folder.ts';

const example = join(root, 'examples', 'super-resolution');
const reports = testFolder();

test('halved and enlarged again', async () => {
  const { halved, enlarged } = await import(pathToFileURL(join(example, 'data.js')).href);
  const golden = JSON.parse(readFileSync(join(root, 'test/golden/super-resolution.json'), 'utf8'));
  golden.images.forEach((image: number[], index: number) => {
    const values: number[] = enlarged(halved(image));
    values.forEach((value, pixel) => expect(value).toBeCloseTo(golden.enlarged[index][pixel], 4));
  });
});

test('without digits it says where they should be', async () => {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, MNIST_FOLDER: '/nowhere' };
  const { code, err } = await runTune(['inspect', join(example, 'space.json')], { cwd: reports, env });
  expect(err).toContain('there are no digits at /nowhere/train-images-idx3-ubyte.gz; set MNIST_FOLDER to a folder');
  expect(code).toBe(2);
});

test.skipIf(lacksSharedData)('learns what the interpolation misses', { timeout: 180_000 }, async () => {
  const { report } = await tune(join(example, 'space.json'), { trials: 1, slots: 1, reports });
  // Bicubic interpolation alone: 20.1 dB, as TensorFlow has it too.
  expect(report.model!.test).toMatchObject({ examples: 2000 });
  expect(report.model!.test.metrics['psnr']).toBeGreaterThan(24);
});
