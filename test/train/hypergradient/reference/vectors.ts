/** The little linear algebra that the float64 reference needs. Loops where trainings spend their time. */
export type Vector = Float64Array<ArrayBuffer>;

export function zeros(length: number): Vector {
  return new Float64Array(length);
}

/** The sum of vectors times numbers. */
export function combine(...terms: readonly (readonly [factor: number, vector: Vector])[]): Vector {
  const sum = zeros(terms[0]![1].length);
  for (const [factor, vector] of terms) for (let i = 0; i < sum.length; i++) sum[i]! += factor * vector[i]!;
  return sum;
}

/** Products of elements. */
export function times(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value * b[i]!);
}

export function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

/** How far a is from b, in lengths of b. */
export function relativeError(a: Vector, b: Vector): number {
  return norm(combine([1, a], [-1, b])) / norm(b);
}

/** x of A x = b, for a symmetric positive definite A: Gauss's elimination. */
export function solve(matrix: readonly Vector[], b: Vector): Vector {
  const rows = matrix.map((row, i) => Float64Array.of(...row, b[i]!));
  rows.forEach((pivot, k) => {
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / pivot[k]!;
      for (let j = k; j < row.length; j++) row[j]! -= factor * pivot[j]!;
    }
  });
  const x = zeros(b.length);
  for (let k = b.length - 1; k >= 0; k--) {
    const known = x.reduce((sum, value, j) => (j > k ? sum + rows[k]![j]! * value : sum), 0);
    x[k] = (rows[k]![b.length]! - known) / rows[k]![k]!;
  }
  return x;
}
