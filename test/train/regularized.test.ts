/**
 * Ways to hold weights and gradients in check, against Keras and PyTorch for 20 steps; numbers and the command that made
 * them: test/golden/make-optim.py.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import type { Batch } from '../../src/train/step.ts';
import { denseNet, expectRun, wave, type Run, type Training } from './waves.ts';

const { runs } = JSON.parse(readFileSync(new URL('../golden/optim.json', import.meta.url), 'utf8')) as {
  readonly runs: Readonly<Record<string, Run>>;
};

beforeAll(() => loadBackend());

const [first, second, ...rest] = denseNet.layers;
const adam = { adam: 0.01 };
const trainings: Readonly<Record<string, Training>> = {
  'decoupled decay, adam': { ...denseNet, train: { optimizer: adam, weightDecay: 0.5 } },
  'decoupled decay, momentum': { ...denseNet, train: { optimizer: { momentum: 0.05 }, weightDecay: 0.5 } },
  'max-norm': { ...denseNet, train: { optimizer: { adam: 0.02 }, constraint: { maxNorm: 0.5 } } },
  'class weights': {
    ...denseNet,
    data: { task: 'classification', inputShape: [4], targetSize: 1, classes: ['a', 'b', 'c'] },
    batch: (): Batch => ({
      inputs: wave([10, 4], 1, 1),
      targets: tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1, 2, 0], 'int32'),
    }),
    train: { optimizer: adam, classWeights: { b: 5, c: 0.5 } },
  },
  'coefficients of layers': {
    ...denseNet,
    layers: [{ dense: { ...first.dense, l1: 0.02 } }, { dense: { ...second.dense, l1: 0.01, l2: 0.03 } }, ...rest],
    train: { optimizer: adam },
  },
  'clipping by norm': { ...denseNet, train: { optimizer: { momentum: 0.2 }, clipping: { norm: 0.02 } } },
  'learning rates by layer': {
    ...denseNet,
    train: { optimizer: { momentum: 0.2 }, learningRates: { '0.*': 0.1, '1.*': 0.5, output: 2 } },
  },
};

it.each(Object.keys(trainings))('%s', name => {
  expectRun(trainings[name]!, runs[name]!);
});
