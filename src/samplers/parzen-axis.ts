/** What points of a Parzen estimator consist of. */

export interface Axis {
  /** How many values there are, each of which has a share of the interval; Infinity on a continuous axis. */
  readonly count: number;
  readonly isOrdered: boolean;
  /** Least width of kernels, in shares of the values that they are at: 0 in Optuna. */
  readonly smoothness: number;
  /** Which value a coordinate stands for, from 0. */
  indexAt(coordinate: number): number;
  /** The coordinates that stand for the same value as this one. */
  shareAt(coordinate: number): readonly [from: number, to: number];
}

/** One coordinate for each axis; NaN where it has none. */
export type Point = readonly number[];
