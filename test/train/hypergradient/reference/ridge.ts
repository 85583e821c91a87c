/**
 * Ridge regression, whose optimum and its derivative are known:
 *   w(l) = argmin mean (Xw - y)^2 + l w'w = (X'X/n + l I)^-1 X'y/n
 *   dV(w(l))/dl = -q . (X'X/n + l I)^-1 w,  q = grad V(w)
 * and the best l on the validation rows, by golden section search over log l (Kiefer 1953,
 * https://doi.org/10.1090/S0002-9939-1953-0055639-3).
 */
import { linear, type Rows, type Table } from './objective.ts';
import { dot, solve, zeros, type Vector } from './vectors.ts';

export interface Ridge {
  readonly table: Table;
  readonly training: Rows;
  readonly validation: Rows;
}

export function ridgeWeights({ table: { inputs, targets }, training }: Ridge, l: number): Vector {
  const size = inputs[0]!.length;
  const products = zeros(size).map(
    (_, i) => training.reduce((sum, row) => sum + inputs[row]![i]! * targets[row]!, 0) / training.length,
  );
  return solve(ridgeMatrix(inputs, training, l), products);
}

export function ridgeValidationLoss(ridge: Ridge, l: number): number {
  return linear(ridge.table).loss(ridgeWeights(ridge, l), ridge.validation);
}

export function ridgeHypergradient(ridge: Ridge, l: number): number {
  const { table, training, validation } = ridge;
  const weights = ridgeWeights(ridge, l);
  return -dot(linear(table).gradient(weights, validation), solve(ridgeMatrix(table.inputs, training, l), weights));
}

/** The l with the least validation loss, from 10^-6 to 10^2. */
export function bestRidge(ridge: Ridge): number {
  return Math.exp(
    goldenSection(logL => ridgeValidationLoss(ridge, Math.exp(logL)), Math.log(1e-6), Math.log(1e2), 1e-7),
  );
}

/** Where a function with one minimum has it. */
export function goldenSection(f: (x: number) => number, low: number, high: number, tolerance: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [left, right] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [atLeft, atRight] = [f(left), f(right)];
  while (b - a > tolerance)
    if (atLeft < atRight) {
      [b, right, atRight] = [right, left, atLeft];
      left = b - ratio * (b - a);
      atLeft = f(left);
    } else {
      [a, left, atLeft] = [left, right, atRight];
      right = a + ratio * (b - a);
      atRight = f(right);
    }
  return (a + b) / 2;
}

function ridgeMatrix(inputs: readonly Vector[], rows: Rows, l: number): Vector[] {
  const size = inputs[0]!.length;
  return Array.from({ length: size }, (_, i) =>
    zeros(size).map((_, j) => {
      const product = rows.reduce((sum, row) => sum + inputs[row]![i]! * inputs[row]![j]!, 0);
      return product / rows.length + (i === j ? l : 0);
    }),
  );
}
