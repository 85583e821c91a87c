/** Singular value decomposition: x = u diag(s) v^T. TensorFlow: Svd. */
import type { Tensor } from '../tf.ts';
import { attribute, runOps } from './run-op.ts';

export interface Svd {
  /** [min(rows, columns)], falling */
  readonly s: Tensor;
  /** [rows, min(rows, columns)] */
  readonly u: Tensor;
  /** [columns, min(rows, columns)] */
  readonly v: Tensor;
}

/** @param x [rows, columns] */
export function svd(x: Tensor): Svd {
  const attributes = [
    attribute.bool('compute_uv', true),
    attribute.bool('full_matrices', false),
    attribute.type('T', 'float32'),
  ];
  const [s, u, v] = runOps('Svd', attributes, [x], 3);
  return { s: s!, u: u!, v: v! };
}
