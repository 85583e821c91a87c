/** Tensors of the tests of native ops. */
import { expect } from 'vitest';
import { tf, type Tensor } from '../../../src/backend/tf.ts';

export interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export function tensorOf({ shape, values }: Numbers): Tensor {
  return tf.tensor([...values], [...shape]);
}

export function wave(shape: readonly number[], phase: number, amplitude = 1.5): Tensor {
  const values = Array.from(
    { length: tf.util.sizeFromShape([...shape]) },
    (_, i) => amplitude * Math.sin(0.7 * i + phase),
  );
  return tf.tensor(values, [...shape]);
}

/** Equal in shape, and in values up to the tolerance, absolute below 1 and relative above. */
export function expectClose(actual: Tensor, expected: Tensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const wanted = expected.dataSync();
  const errors = Array.from(
    actual.dataSync(),
    (value, i) => Math.abs(value - wanted[i]!) / Math.max(1, Math.abs(wanted[i]!)),
  );
  expect(errors.filter(error => !(error <= tolerance))).toEqual([]);
}
