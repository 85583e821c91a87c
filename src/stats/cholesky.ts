/**
 * Cholesky's decomposition A = L L^T of positive definite matrices, and what it solves. Golub & Van Loan, Matrix
 * Computations, 4th ed. 2013, 4.2. Matrices are rows one after another; only lower triangles are read. Loops take two rows
 * at a time, so that what both need is read once.
 */

/**
 * Overwrites the lower triangle with L.
 * @param from rows before this one hold L already: a matrix that has grown by some rows
 * @returns whether the matrix was positive definite
 */
export function decompose(matrix: Float64Array, size: number, from = 0): boolean {
  for (let i = from; i < size; i++) {
    const row = i * size;
    substitute(matrix, size, matrix, row, 0, i);
    const square = matrix[row + i]! - dot(matrix, row, matrix, row, i);
    if (!(square > 0)) return false;
    matrix[row + i] = Math.sqrt(square);
  }
  return true;
}

/** L x = b, in place of b. */
export function solveLower(lower: Float64Array, size: number, b: Float64Array): void {
  substitute(lower, size, b, 0, 0, size);
}

/** L x = b in place of b, which starts at `at`, for rows and columns from `from` to `to`. */
function substitute(lower: Float64Array, size: number, b: Float64Array, at: number, from: number, to: number): void {
  let i = from;
  for (; i + 1 < to; i += 2) {
    const row = i * size;
    const next = row + size;
    // Not by destructuring: V8 would not keep the sums in registers.
    let even = 0;
    let odd = 0;
    let nextEven = 0;
    let nextOdd = 0;
    let k = from;
    for (; k + 1 < i; k += 2) {
      const x = b[at + k]!;
      const y = b[at + k + 1]!;
      even += lower[row + k]! * x;
      odd += lower[row + k + 1]! * y;
      nextEven += lower[next + k]! * x;
      nextOdd += lower[next + k + 1]! * y;
    }
    const x = (b[at + i]! - (even + odd)) / lower[row + i]!;
    b[at + i] = x;
    b[at + i + 1] = (b[at + i + 1]! - (nextEven + nextOdd) - lower[next + i]! * x) / lower[next + i + 1]!;
  }
  if (i < to) b[at + i] = (b[at + i]! - dot(lower, i * size + from, b, at + from, i - from)) / lower[i * size + i]!;
}

/** L^T x = b, in place of b. */
export function solveUpper(lower: Float64Array, size: number, b: Float64Array): void {
  let i = size - 1;
  for (; i > 0; i -= 2) {
    const row = i * size;
    const last = row - size;
    const x = b[i]! / lower[row + i]!;
    const y = (b[i - 1]! - lower[row + i - 1]! * x) / lower[last + i - 1]!;
    b[i] = x;
    b[i - 1] = y;
    for (let j = 0; j < i - 1; j++) b[j]! -= lower[row + j]! * x + lower[last + j]! * y;
  }
  if (i === 0) b[0]! /= lower[0]!;
}

/** The lower triangle of A^-1 = L^-T L^-1. */
export function invert(lower: Float64Array, size: number): Float64Array {
  // Rows of the transposed L^-1, so that sums run along rows.
  const upper = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    upper[j * size + j] = 1;
    substitute(lower, size, upper, j * size, j, size);
  }
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) inverse[i * size + j] = dot(upper, i * size + i, upper, j * size + i, size - i);
  return inverse;
}

/** Sum of products of two rows' parts; four sums at once, so that none waits for the last. */
export function dot(a: Float64Array, fromA: number, b: Float64Array, fromB: number, count: number): number {
  // Not by destructuring: V8 would not keep them in registers.
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += a[fromA + k]! * b[fromB + k]!;
    s1 += a[fromA + k + 1]! * b[fromB + k + 1]!;
    s2 += a[fromA + k + 2]! * b[fromB + k + 2]!;
    s3 += a[fromA + k + 3]! * b[fromB + k + 3]!;
  }
  for (; k < count; k++) s0 += a[fromA + k]! * b[fromB + k]!;
  return s0 + s1 + (s2 + s3);
}
