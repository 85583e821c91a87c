/**
 * What is minimized, as a function of all weights in one vector, with exact derivatives:
 *   quadratic  L = w'Aw / 2 - b'w           g = Aw - b                  H = A
 *   linear     L = mean_n (x_n'w - y_n)^2   g = 2 X'(Xw - y) / n        H = 2 X'X / n
 * The network is in network.ts.
 */
import { combine, dot, zeros, type Vector } from './vectors.ts';

/** Numbers of rows: a minibatch, or all rows of a part. */
export type Rows = readonly number[];

export interface Objective {
  /** Of the weights. */
  readonly size: number;
  loss(weights: Vector, rows: Rows): number;
  gradient(weights: Vector, rows: Rows): Vector;
  /** The Hessian times a direction. */
  hessianTimes(weights: Vector, direction: Vector, rows: Rows): Vector;
}

/** One target for each row of inputs. */
export interface Table {
  readonly inputs: readonly Vector[];
  readonly targets: Vector;
}

/** Rows make no difference. */
export function quadratic(matrix: readonly Vector[], b: Vector): Objective {
  const product = (v: Vector): Vector => Float64Array.from(matrix, row => dot(row, v));
  return {
    size: b.length,
    loss: w => dot(w, product(w)) / 2 - dot(b, w),
    gradient: w => combine([1, product(w)], [-1, b]),
    hessianTimes: (_, v) => product(v),
  };
}

/** Without a bias. */
export function linear({ inputs, targets }: Table): Objective {
  const size = inputs[0]!.length;
  const error = (w: Vector, row: number): number => dot(inputs[row]!, w) - targets[row]!;
  const transposed = (rows: Rows, valueOf: (row: number) => number): Vector =>
    rows.reduce((sum, row) => combine([1, sum], [(2 / rows.length) * valueOf(row), inputs[row]!]), zeros(size));
  return {
    size,
    loss: (w, rows) => rows.reduce((sum, row) => sum + error(w, row) ** 2, 0) / rows.length,
    gradient: (w, rows) => transposed(rows, row => error(w, row)),
    hessianTimes: (_, v, rows) => transposed(rows, row => dot(inputs[row]!, v)),
  };
}

/** All rows from `first` on. */
export function rowsFrom(first: number, count: number): Rows {
  return Array.from({ length: count }, (_, i) => first + i);
}
