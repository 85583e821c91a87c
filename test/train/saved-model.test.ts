/** Networks as SavedModels: TensorFlow and tfjs-node predict with them what the network does here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeSavedModel } from '../../src/backend/graph/saved-model.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { WeightSpec } from '../../src/train/layers/layer.ts';
import {
  examples,
  expectSame,
  lacksTensorFlow,
  predictElsewhere,
  predictHere,
  type Expected,
  type PredictJob,
} from '../backend/graph/predictions.ts';
import { programCases, programOf, shapes } from './programs.ts';

/** All layers and activations; "everything" is a network of dense layers, and one of convolutions. */
const cases = programCases.filter(({ name }) => /^(layer|activation|everything)/.test(name));

let folder: string;
const jobs: PredictJob[] = [];
const expected: Expected[] = [];

beforeAll(async () => {
  await loadBackend();
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  for (const [index, programCase] of cases.entries()) {
    const { plan, hyper } = programOf(programCase);
    const inputShape = shapes[programCase.kind];
    // Away from 0: variances are among them.
    const values = (specs: readonly WeightSpec[], offset: number): Tensor[] =>
      specs.map(({ shape }) =>
        tf.add(tf.mul(0.3, tf.sin(tf.range(0, tf.util.sizeFromShape([...shape])))), offset).reshape([...shape]),
      );
    const pass = {
      weights: values(plan.weights, 0.1),
      statistics: values(plan.statistics, 0.7),
      hyper: Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, tf.scalar(value)])),
      training: false,
      earlier: () => [],
      uniform: () => expect.fail('predictions draw nothing'),
      normal: () => expect.fail('predictions draw nothing'),
    };
    const predict = (input: Tensor): Tensor => tf.softmax(plan.apply(input, pass).output);
    const target = join(folder, String(index));
    await writeSavedModel(target, predict, { inputShape, outputName: 'probabilities' });
    for (const count of [1, 7]) {
      const wave = examples(target, count, inputShape);
      const isNumbered = programCase.kind === 'ids';
      const job = isNumbered ? { ...wave, values: wave.values.map(value => Math.abs(Math.round(value))) } : wave;
      jobs.push(job);
      expected.push(predictHere(job, predict, `${programCase.name}, ${count} examples`, 'probabilities'));
    }
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

it('tfjs-node in a fresh process predicts the same, for 1 and for 7 examples', async () => {
  expectSame(await predictElsewhere('tfjs-node', jobs, folder), expected);
});

it.skipIf(lacksTensorFlow)('TensorFlow in Python does', { timeout: 180_000 }, async () => {
  expectSame(await predictElsewhere('TensorFlow', jobs, folder), expected);
});
