/** Layers, losses, regularizers and clipping against Keras; numbers and the command that made them: test/golden/make-keras.py. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import type { Batch } from '../../src/train/step.ts';
import { denseNet, expectRun, wave, type Run } from './waves.ts';

const golden = JSON.parse(readFileSync(new URL('../golden/keras.json', import.meta.url), 'utf8')) as {
  readonly runs: Readonly<Record<string, Run>>;
};

beforeAll(() => loadBackend());

describe('networks train as in Keras for 20 steps', () => {
  const adam = { adam: 0.01 };
  const momentum = { momentum: { learningRate: 0.2, momentum: 0.9 } };
  const runs = {
    convolutional: {
      layers: [
        // A bias before batch normalization has a gradient of rounding errors alone.
        { conv2d: { filters: 3, padding: 'same', useBias: false } },
        { batchNorm: { momentum: 0.9 } },
        { activation: 'relu' },
        { maxPool: 2 },
        { conv2d: { filters: 4, kernelSize: 2, activation: 'elu' } },
        { averagePool: 2 },
        'flatten',
      ],
      train: { optimizer: adam, l2: 0.01 },
      data: { task: 'classification', inputShape: [8, 8, 2], targetSize: 1, classes: ['a', 'b', 'c'] },
      batch: (): Batch => ({
        inputs: wave([8, 8, 8, 2], 3, 1),
        targets: tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'),
      }),
    },
    dense: { ...denseNet, train: { optimizer: adam } },
    l1: { ...denseNet, train: { optimizer: adam, l1: 0.01 } },
    'l1 and l2': { ...denseNet, train: { optimizer: adam, l1: 0.01, l2: 0.02 } },
    'clipping by value': { ...denseNet, train: { optimizer: momentum, clipping: { value: 0.02 } } },
    'clipping by global norm': { ...denseNet, train: { optimizer: momentum, clipping: { globalNorm: 0.04 } } },
  } as const;

  it.each(Object.keys(runs) as (keyof typeof runs)[])('%s', name => {
    expectRun(runs[name], golden.runs[name]!);
  });
});
