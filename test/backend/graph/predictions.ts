/** What other programs predict with SavedModels of ours. */
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { tf, type Tensor } from '../../../src/backend/tf.ts';

export interface PredictJob {
  readonly folder: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

export interface Predicted {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const run = promisify(execFile);
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Python with TensorFlow, where there is one. */
const python = process.env['TUNE_BENCH_PYTHON'] ?? '';
export const lacksTensorFlow = !existsSync(python);
if (lacksTensorFlow)
  console.warn('SavedModels are not loaded by TensorFlow in Python: TUNE_BENCH_PYTHON names no Python that has it');

/** @param folder for a file of the jobs */
export async function predictElsewhere(
  by: 'tfjs-node' | 'TensorFlow',
  jobs: readonly PredictJob[],
  folder: string,
): Promise<Predicted[]> {
  const path = join(folder, 'jobs.json');
  writeFileSync(path, JSON.stringify(jobs));
  const command =
    by === 'tfjs-node'
      ? ([process.execPath, script('predict.js')] as const)
      : ([python, script('predict.py')] as const);
  const { stdout } = await run(command[0], [command[1], path], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Predicted[];
}

export interface Expected extends Predicted {
  /** What was predicted, for messages. */
  readonly place: string;
}

/** What a function predicts here, under the name that its model gives it. */
export function predictHere(
  job: PredictJob,
  predict: (input: Tensor) => Tensor,
  place: string,
  name: string,
): Expected {
  const output = tf.tidy(() => predict(tf.tensor([...job.values], [...job.shape], job.dtype)));
  const expected = { place, name, shape: output.shape, values: [...output.dataSync()] };
  output.dispose();
  return expected;
}

export function expectSame(predicted: readonly Predicted[], expected: readonly Expected[]): void {
  const outcomes = predicted.map(({ name, shape, values }, index) => {
    const { place, values: exact } = expected[index]!;
    const furthest = Math.max(...values.map((value, i) => Math.abs(value - exact[i]!)));
    return { place, name, shape, isNear: furthest < 1e-6 || furthest };
  });
  expect(outcomes).toEqual(expected.map(({ place, name, shape }) => ({ place, name, shape, isNear: true })));
}

/** Examples as waves, and as the job of a program elsewhere. */
export function examples(
  folder: string,
  count: number,
  inputShape: readonly number[],
  dtype: 'float32' | 'int32' = 'float32',
): PredictJob {
  const shape = [count, ...inputShape];
  const wave = Float32Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => 3 * Math.sin(0.7 * i));
  return { folder, shape, dtype, values: [...(dtype === 'int32' ? wave.map(Math.round) : wave)] };
}
