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

/** Writes the covariances at the first so many squared distances, and their slopes dk / d(r^2) = -5/6 s (1 + a) e^-a. */
export function materns(
  squares: Float64Array,
  scale: number,
  count: number,
  covariances: Float64Array,
  slopes: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const a = Math.sqrt(5 * squares[i]!);
    const height = scale * Math.exp(-a);
    covariances[i] = (1 + a + (a * a) / 3) * height;
    slopes[i] = (-5 / 6) * (1 + a) * height;
  }
}

/** Configurations as rows of coordinates. */
export interface Points {
  readonly rows: readonly Float64Array[];
  /** For each coordinate, whether values have no order. */
  readonly unordered: readonly boolean[];
}

/** Coordinates of points, an array for each: loops along them are fast. */
export type Columns = readonly Float64Array[];

export function columnsOf({ rows, unordered }: Points): Columns {
  return unordered.map((_, j) => Float64Array.from(rows, row => row[j]!));
}

/** Writes r^2 between a point and each of the first so many. */
export function squaredDistances(
  x: Float64Array,
  columns: Columns,
  unordered: readonly boolean[],
  weights: Float64Array,
  count: number,
  squares: Float64Array,
): void {
  squares.fill(0, 0, count);
  for (let j = 0; j < weights.length; j++) {
    const column = columns[j]!;
    const at = x[j]!;
    const weight = weights[j]!;
    if (unordered[j]) for (let i = 0; i < count; i++) squares[i]! += column[i] === at ? 0 : weight;
    else
      for (let i = 0; i < count; i++) {
        const difference = at - column[i]!;
        squares[i]! += weight * difference * difference;
      }
  }
}
