/** SavedModels of pure functions: free in the number of examples, with public ops alone, or refused with the reason. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSavedModel, type SavedModelOptions } from '../../../src/backend/graph/saved-model.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import {
  examples,
  expectSame,
  lacksTensorFlow,
  predictElsewhere,
  predictHere,
  type Expected,
  type PredictJob,
} from './predictions.ts';

let folder: string;
let weights: Tensor;
beforeAll(async () => {
  await loadBackend();
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  weights = tf.tensor2d([1, -2, 3, 4, 5, -6], [3, 2]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const target = (): string => join(folder, `model-${readdirSync(folder).length}`);

interface Case {
  readonly name: string;
  readonly predict: (input: Tensor) => Tensor;
  readonly inputShape: readonly number[];
  readonly dtype?: 'int32';
}

/** What layers do with the number of examples. */
const free: readonly Case[] = [
  {
    name: 'shapes to reshape to',
    inputShape: [2, 3],
    predict: x => tf.matMul(tf.reshape(x, [x.shape[0]!, 2, 3]), weights),
  },
  {
    name: 'multiples of it',
    inputShape: [2, 3],
    predict: x => tf.matMul(x.reshape([x.shape[0]! * 2, 3]), weights).reshape([x.shape[0]!, 4]),
  },
  { name: 'beside a side that is inferred', inputShape: [2, 3], predict: x => tf.reshape(x, [x.shape[0]!, -1]) },
  {
    name: 'first states of recurrent layers',
    inputShape: [4, 3],
    predict(x) {
      const steps = tf.unstack(x, 1);
      return steps.reduce(
        (state, step) => tf.tanh(tf.add(tf.matMul(step, weights), state)),
        tf.zeros([x.shape[0]!, 2]),
      );
    },
  },
  { name: 'slices', inputShape: [5], predict: x => tf.slice(x, [0, 1], [x.shape[0]!, 3]) },
  {
    name: 'tiles and ranges',
    inputShape: [2],
    predict: x => tf.add(x, tf.tile(tf.tensor2d([[1, 2]]), [x.shape[0]!, 1])),
  },
  {
    name: 'sizes of transposed convolutions',
    inputShape: [3, 3, 1],
    predict: x => tf.conv2dTranspose(x as never, tf.ones([2, 2, 2, 1]), [x.shape[0]!, 6, 6, 2], 2, 'same'),
  },
  { name: 'whole numbers', inputShape: [3], dtype: 'int32', predict: x => tf.oneHot(tf.abs(x) as never, 4).sum(1) },
  { name: 'nothing at all', inputShape: [3], predict: x => x },
];

describe('the number of examples is free in', () => {
  async function check(by: 'tfjs-node' | 'TensorFlow'): Promise<void> {
    const jobs: PredictJob[] = [];
    const expected: Expected[] = [];
    for (const { predict, name, ...options } of free) {
      const path = target();
      await writeSavedModel(path, predict, options);
      for (const count of [1, 7]) {
        const job = examples(path, count, options.inputShape, options.dtype);
        jobs.push(job);
        expected.push(predictHere(job, predict, `${name}, ${count} examples`, 'outputs'));
      }
    }
    expectSame(await predictElsewhere(by, jobs, folder), expected);
  }

  it(`${free.map(({ name }) => name).join(', ')}: tfjs-node`, () => check('tfjs-node'));
  it.skipIf(lacksTensorFlow)('the same: TensorFlow in Python', { timeout: 180_000 }, () => check('TensorFlow'));
});

describe('a prediction is refused', () => {
  it.each<[string, (x: Tensor) => Tensor, Partial<SavedModelOptions>?]>([
    ['a constant that goes into RealDiv depends on the number of examples', x => tf.div(x, x.shape[0]!)],
    [
      'a constant that goes into Add depends on the number of examples',
      x =>
        tf.add(
          x,
          tf.tensor(
            Float32Array.from({ length: x.size }, (_, i) => i),
            x.shape,
          ),
        ),
    ],
    ['the number of its ops depends on the number of examples', x => (x.shape[0]! > 3 ? tf.exp(x) : tf.exp(tf.exp(x)))],
    ['the op Sin depends on the number of examples', x => (x.shape[0]! > 3 ? tf.cos(x) : tf.sin(x))],
    ['the prediction does not have one row for each example', x => tf.sum(x)],
    ['the shape of a prediction depends on the number of examples', x => tf.matMul(x, x, false, true)],
    ['the step reads the value of Exp', x => tf.tensor(tf.exp(x).arraySync())],
    ['the step draws random numbers', x => tf.dropout(x, 0.5)],
  ])('%s', async (reason, predict) => {
    const path = target();
    const before = tf.memory().numTensors;
    const error: unknown = await writeSavedModel(path, predict, { inputShape: [3] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'NotCompilable' });
    expect((error as { reason: string }).reason).toContain(reason);
    expect(existsSync(path)).toBe(false);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('has public ops alone', async () => {
  const path = target();
  await writeSavedModel(path, x => tf.maxPool(x as never, 2, 2, 'same'), { inputShape: [4, 4, 1] });
  const bytes = readFileSync(join(path, 'saved_model.pb'), 'latin1');
  expect(bytes).toContain('MaxPool');
  expect(bytes).not.toContain('_Mkl');
});

it('leaves no tensors behind, and no other files', async () => {
  const path = target();
  const before = tf.memory().numTensors;
  await writeSavedModel(path, x => tf.matMul(tf.relu(x), weights), { inputShape: [3] });
  expect(tf.memory().numTensors).toBe(before);
  expect(readdirSync(path)).toEqual(['saved_model.pb', 'variables']);
});
