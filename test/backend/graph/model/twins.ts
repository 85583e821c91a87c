/** Two models with the same weights: one is trained by `fit`, the other one by tfjs's own `model.fit`. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { fit, type FitArgs } from '../../../../src/backend/graph/model/fit.ts';
import { tf, type Tensor } from '../../../../src/backend/tf.ts';

export type Model = TensorFlow.LayersModel;
type Data = Tensor | Tensor[] | Record<string, Tensor>;

/** Anything that model.compile() takes. */
export type CompileArgs = Partial<TensorFlow.ModelCompileArgs>;

export interface Twins {
  readonly ours: Model;
  readonly theirs: Model;
}

/** @param build called twice: optimizers have a memory, and models must not share one */
export function twins(build: () => Model): Twins {
  const [ours, theirs] = [build(), build()];
  // Kernels the same in every run; what is a vector starts as it is.
  const start = ours.getWeights().map((weight, index) => {
    const [size, ...others] = weight.shape.toReversed();
    if (others.length === 0) return weight;
    return tf.mul(numbers(100 + index, ...weight.shape), Math.sqrt(3 / Math.max(size!, weight.size / size!)));
  });
  for (const model of [ours, theirs]) model.setWeights(start);
  return { ours, theirs };
}

export const quiet: FitArgs = { verbose: 0 as never };

/** Trains both and expects the same history and the same weights. */
export async function fitTwins({ ours, theirs }: Twins, x: Data, y: Data, args: FitArgs = {}): Promise<void> {
  const all = { ...quiet, shuffle: false, epochs: 3, ...args };
  const { result: mine, stderr } = await withStderr(() => fit(ours, x, y, all));
  const expected = await theirs.fit(x, y, all);
  expect(stderr).toBe('');
  expectHistory(mine, expected);
  expectWeights(ours, theirs);
}

export function expectHistory(actual: TensorFlow.History, expected: TensorFlow.History, tolerance = 1e-4): void {
  expect(Object.keys(actual.history)).toEqual(Object.keys(expected.history));
  expect(actual.epoch).toEqual(expected.epoch);
  for (const [label, values] of Object.entries(expected.history))
    expectClose(actual.history[label] as number[], values as number[], label, wanted => {
      return tolerance * Math.max(0.01, Math.abs(wanted));
    });
}

/** Relative to the largest of each weight: optimizers that divide by small gradients blow up the last bits of some. */
export function expectWeights(actual: Model, expected: Model, tolerance = 1e-3): void {
  const [values, wanted] = [actual, expected].map(model => model.getWeights().map(weight => weight.dataSync()));
  wanted!.forEach((weight, index) => {
    const largest = Math.max(0.01, ...weight.map(Math.abs));
    expectClose(values![index]!, weight, `weight ${index}`, () => tolerance * largest);
  });
}

function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  tolerance: (expected: number) => number,
): void {
  expect([what, actual.length]).toEqual([what, expected.length]);
  const isOff = (wanted: number, index: number): boolean => !(Math.abs(actual[index]! - wanted) <= tolerance(wanted));
  const off = Array.from(expected).flatMap((wanted, index) => (isOff(wanted, index) ? [[actual[index], wanted]] : []));
  expect([what, ...off]).toEqual([what]);
}

/** What is written to stderr meanwhile. */
export async function withStderr<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly stderr: string }> {
  const { write } = process.stderr;
  let stderr = '';
  process.stderr.write = ((text: string): boolean => {
    stderr += text;
    return true;
  }) as typeof write;
  try {
    return { result: await run(), stderr };
  } finally {
    process.stderr.write = write;
  }
}

/** Numbers around 0 that look random, the same every time. */
export function numbers(phase: number, ...shape: readonly number[]): Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => {
      const wave = Math.sin(i * 12.9898 + phase * 78.233) * 43758.5453;
      return 2 * (wave - Math.floor(wave)) - 1;
    }),
    [...shape],
  );
}

/** [rows, classes] */
export function oneHot(rows: number, classes: number): Tensor {
  return tf.tidy(() => tf.cast(tf.oneHot(classNumbers(rows, classes), classes), 'float32'));
}

/** int32 [rows] */
export function classNumbers(rows: number, classes: number): TensorFlow.Tensor1D {
  return tf.tensor1d(
    Int32Array.from({ length: rows }, (_, i) => (i * 7 + (i >> 2)) % classes),
    'int32',
  );
}
