/**
 * Cholesky's decomposition A = L L^T of positive definite matrices, and what it solves. Golub & Van Loan, Matrix
 * Computations, 4th ed. 2013, 4.2. Matrices are rows one after another; only lower triangles are read.
 */

/**
 * Overwrites the lower triangle with L.
 * @param from rows before this one hold L already: a matrix that has grown by some rows
 * @returns whether the matrix was positive definite
 */
export function decompose(matrix: Float64Array, size: number, from = 0): boolean {
  for (let i = from; i < size; i++) {
    const row = i * size;
    for (let j = 0; j < i; j++) {
      const other = j * size;
      matrix[row + j] = (matrix[row + j]! - dot(matrix, row, matrix, other, j)) / matrix[other + j]!;
    }
    const square = matrix[row + i]! - dot(matrix, row, matrix, row, i);
    if (!(square > 0)) return false;
    matrix[row + i] = Math.sqrt(square);
  }
  return true;
}

/** L x = b, in place of b. */
export function solveLower(lower: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) b[i] = (b[i]! - dot(lower, i * size, b, 0, i)) / lower[i * size + i]!;
}

/** L^T x = b, in place of b. */
export function solveUpper(lower: Float64Array, size: number, b: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    const row = i * size;
    const x = b[i]! / lower[row + i]!;
    b[i] = x;
    for (let j = 0; j < i; j++) b[j]! -= lower[row + j]! * x;
  }
}

/** The lower triangle of A^-1 = L^-T L^-1. */
export function invert(lower: Float64Array, size: number): Float64Array {
  // Rows of the transposed L^-1, so that sums run along rows.
  const upper = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const row = j * size;
    upper[row + j] = 1 / lower[row + j]!;
    for (let i = j + 1; i < size; i++)
      upper[row + i] = -dot(lower, i * size + j, upper, row + j, i - j) / lower[i * size + i]!;
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
