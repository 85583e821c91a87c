/**
 * The classifier two-sample test: if a classifier can tell the rows of two samples apart, on rows it was not trained on,
 * the samples differ. Lopez-Paz & Oquab, Revisiting classifier two-sample tests, 2017; here with the area under the ROC
 * curve (Mann-Whitney U), which needs no equal sizes, over five folds.
 */
import { fitLogistic, scoresOf, type Matrix } from './logistic-regression.ts';
import type { TestResult } from './kolmogorov-smirnov.ts';
import { rankSum, rankSumTail, type RankSum } from './mann-whitney.ts';

const folds = 5;

/**
 * Row i of each sample belongs to fold i modulo 5: rows should come in random order.
 * @returns the cross-validated area under the ROC curve as the statistic, 0.5 for samples of one distribution
 */
export function classifierTest(a: Matrix, b: Matrix): TestResult {
  const scaled = standardize(a, b);
  const sums = Array.from({ length: folds }, (_, fold) => testFold(scaled, fold)).filter(({ mean }) => mean > 0);
  // Any two folds meet twice, each once as the test of a classifier that the other helped to train. In a linear model both
  // meetings give the same, so the sum varies twice as much as one of independent folds.
  const doubled = sums.map(sum => ({ ...sum, variance: 2 * sum.variance }));
  const mean = (of: (sum: RankSum) => number): number => sums.reduce((all, sum) => all + of(sum), 0);
  return { statistic: mean(({ u }) => u) / (2 * mean(sum => sum.mean)), p: rankSumTail(doubled) };
}

/** Both samples together get mean 0 and variance 1 in every column; constant columns become 0. */
function standardize(a: Matrix, b: Matrix): readonly [Matrix, Matrix] {
  const { columns } = a;
  const rows = a.rows + b.rows;
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (const { values } of [a, b]) values.forEach((value, at) => (mean[at % columns]! += value / rows));
  for (const { values } of [a, b])
    values.forEach((value, at) => (variance[at % columns]! += (value - mean[at % columns]!) ** 2 / rows));
  const factor = variance.map(value => (value > 0 ? 1 / Math.sqrt(value) : 0));
  const scale = (matrix: Matrix): Matrix => ({
    ...matrix,
    values: matrix.values.map((value, at) => (value - mean[at % columns]!) * factor[at % columns]!),
  });
  return [scale(a), scale(b)];
}

/** Trained on the other folds, tested on this one. */
function testFold([a, b]: readonly [Matrix, Matrix], fold: number): RankSum {
  const isHere = (row: number): boolean => row % folds === fold;
  const [trainA, trainB] = [pick(a, row => !isHere(row)), pick(b, row => !isHere(row))];
  const labels = new Uint8Array(trainA.rows + trainB.rows).fill(1, trainA.rows);
  const coefficients = fitLogistic(stack(trainA, trainB), labels, 0.01);
  return rankSum(scoresOf(pick(b, isHere), coefficients), scoresOf(pick(a, isHere), coefficients));
}

function pick({ rows, columns, values }: Matrix, isWanted: (row: number) => boolean): Matrix {
  const wanted = Array.from({ length: rows }, (_, row) => row).filter(isWanted);
  const picked = new Float64Array(wanted.length * columns);
  wanted.forEach((row, at) => picked.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
  return { rows: wanted.length, columns, values: picked };
}

function stack(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.values.length + b.values.length);
  values.set(a.values);
  values.set(b.values, a.values.length);
  return { rows: a.rows + b.rows, columns: a.columns, values };
}
