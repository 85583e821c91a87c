/**
 * Logistic regression with an L2 penalty, as scikit-learn's LogisticRegression(C=1): Newton's method, each step by conjugate
 * gradients, so that no matrix of features by features is needed. Lin, Weng & Keerthi, Trust region Newton method for
 * large-scale logistic regression, 2008 (here with a line search).
 */

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row after row. */
  readonly values: Float64Array;
}

/** Weights of the columns, then the intercept, which is not penalized. */
export type Coefficients = Float64Array;

/** @param isPositive 1 for rows of the positive class, else 0 */
export function fitLogistic(x: Matrix, isPositive: Uint8Array, tolerance = 1e-6): Coefficients {
  const width = x.columns + 1;
  const penalty = Float64Array.from({ length: width }, (_, index) => (index < x.columns ? 1 : 0));
  let coefficients = new Float64Array(width);
  let current = costOf(x, isPositive, penalty, coefficients);
  const enough = tolerance * norm(current.gradient);
  for (let step = 0; step < 50 && norm(current.gradient) > enough; step++) {
    const { gradient, curvature } = current;
    const timesHessian = (vector: Float64Array): Float64Array => {
      const scores = scoresOf(x, vector);
      const back = gatherColumns(x, scores.map((score, row) => score * curvature[row]!)); // prettier-ignore
      return back.map((value, index) => value + penalty[index]! * vector[index]!);
    };
    const direction = conjugateGradients(
      timesHessian,
      gradient.map(value => -value),
    );
    const slope = dot(gradient, direction);
    let length = 1;
    const tried = () => coefficients.map((value, index) => value + length * direction[index]!);
    let next = costOf(x, isPositive, penalty, tried());
    // Armijo 1966.
    while (next.cost > current.cost + 1e-4 * length * slope && length > 1e-6) {
      length /= 2;
      next = costOf(x, isPositive, penalty, tried());
    }
    [coefficients, current] = [tried(), next];
  }
  return coefficients;
}

/** Log odds of the positive class, row by row. */
export function scoresOf({ rows, columns, values }: Matrix, coefficients: Coefficients): Float64Array {
  const scores = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let score = coefficients[columns]!;
    for (let column = 0; column < columns; column++) score += values[at++]! * coefficients[column]!;
    scores[row] = score;
  }
  return scores;
}

interface Cost {
  readonly cost: number;
  readonly gradient: Float64Array;
  /** Second derivatives of the rows' losses by their scores. */
  readonly curvature: Float64Array;
}

function costOf(x: Matrix, isPositive: Uint8Array, penalty: Float64Array, coefficients: Coefficients): Cost {
  const scores = scoresOf(x, coefficients);
  const chances = scores.map(score => 1 / (1 + Math.exp(-score)));
  const losses = scores.map((score, row) => softplus(isPositive[row] ? -score : score));
  const gradient = gatherColumns(x, chances.map((chance, row) => chance - isPositive[row]!)); // prettier-ignore
  const penalized = coefficients.map((value, index) => penalty[index]! * value);
  return {
    cost: losses.reduce((sum, loss) => sum + loss, 0) + dot(penalized, coefficients) / 2,
    gradient: gradient.map((value, index) => value + penalized[index]!),
    curvature: chances.map(chance => chance * (1 - chance)),
  };
}

function softplus(value: number): number {
  return Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
}

/** Column sums of rows times factors; the last one is of the intercept. */
function gatherColumns({ rows, columns, values }: Matrix, factors: Float64Array): Float64Array {
  const sums = new Float64Array(columns + 1);
  for (let row = 0, at = 0; row < rows; row++) {
    const factor = factors[row]!;
    for (let column = 0; column < columns; column++) sums[column]! += values[at++]! * factor;
    sums[columns]! += factor;
  }
  return sums;
}

/** Solves a positive definite system to a tenth: Hestenes & Stiefel 1952. */
function conjugateGradients(times: (vector: Float64Array) => Float64Array, right: Float64Array): Float64Array {
  const solution = new Float64Array(right.length);
  let residual = right;
  let direction = right;
  const enough = 0.1 * norm(right);
  for (let step = 0; step < 2 * right.length && norm(residual) > enough; step++) {
    const image = times(direction);
    const length = dot(residual, residual) / dot(direction, image);
    direction.forEach((value, index) => (solution[index]! += length * value));
    const next = residual.map((value, index) => value - length * image[index]!);
    const kept = dot(next, next) / dot(residual, residual);
    direction = next.map((value, index) => value + kept * direction[index]!);
    residual = next;
  }
  return solution;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

function norm(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}
