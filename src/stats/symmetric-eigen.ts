/** Eigenvalues and eigenvectors of a symmetric matrix: Jacobi's rotations, as in Golub & Van Loan, Matrix Computations, 8.5. */

export interface Eigen {
  readonly values: Float64Array;
  /** Row after row; column k belongs to value k. */
  readonly vectors: Float64Array;
}

/** @param matrix n by n, row after row */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1;
  // Convergence is quadratic: 6 to 10 sweeps do.
  for (let sweep = 0; sweep < 60 && !isDiagonal(a, n); sweep++)
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}

/** Whether what is left beside the diagonal is lost in its rounding. */
function isDiagonal(a: Float64Array, n: number): boolean {
  let [beside, all] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const square = a[i * n + j]! ** 2;
      all += square;
      if (i !== j) beside += square;
    }
  return beside <= 1e-34 * all;
}

/** Turns the plane of two axes so that their entry becomes 0. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const entry = a[p * n + q]!;
  if (entry === 0) return;
  const slope = (a[q * n + q]! - a[p * n + p]!) / (2 * entry);
  const t = (slope >= 0 ? 1 : -1) / (Math.abs(slope) + Math.hypot(1, slope));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * kp - s * kq;
    a[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * pk - s * qk;
    a[q * n + k] = s * pk + c * qk;
  }
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [vectors[k * n + p]!, vectors[k * n + q]!];
    vectors[k * n + p] = c * kp - s * kq;
    vectors[k * n + q] = s * kp + c * kq;
  }
}
