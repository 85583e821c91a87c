/**
 * Covariance of two configurations: Matern's kernel with nu = 5/2 and a length scale for each parameter. Rasmussen &
 * Williams, Gaussian Processes for Machine Learning, 2006, 4.2.
 *
 *   r^2 = sum_j w_j d_j^2,  w_j = 1 / length_j^2        d_j = x_j - x'_j;  for unordered parameters 0 if equal, else 1
 *   k(r^2) = s (1 + a + a^2 / 3) e^-a,  a = sqrt(5 r^2)
 */

export interface Kernel {
  /** One over the square of each length scale. */
  readonly weights: Float64Array;
  /** Variance of the function. */
  readonly scale: number;
  /** Variance of what is measured around it. */
  readonly noise: number;
}

export function matern(squared: number): number {
  const a = Math.sqrt(5 * squared);
  return (1 + a + (a * a) / 3) * Math.exp(-a);
}

/** dk / d(r^2), for s = 1, where k is that: -5/6 (1 + a) e^-a. */
export function maternSlope(squared: number, k: number): number {
  const a = Math.sqrt(5 * squared);
  return ((-5 / 6) * k * (1 + a)) / (1 + a + (a * a) / 3);
}

/** Configurations as rows of coordinates. */
export interface Points {
  readonly rows: readonly Float64Array[];
  /** For each coordinate, whether values have no order. */
  readonly unordered: readonly boolean[];
}

export function squaredDistance(
  a: Float64Array,
  b: Float64Array,
  weights: Float64Array,
  unordered: readonly boolean[],
) {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    const difference = a[j]! - b[j]!;
    if (!unordered[j]) sum += weights[j]! * difference * difference;
    else if (difference !== 0) sum += weights[j]!;
  }
  return sum;
}
