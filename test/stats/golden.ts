/** Numbers from SciPy and scikit-learn; the command that made them is in test/golden/make-stats.py. */
import { readFileSync } from 'node:fs';

interface Samples {
  readonly n: number;
  readonly m: number;
  readonly shift: number;
  /** Decimal places that are kept; null: all. */
  readonly digits: number | null;
}

export const golden = JSON.parse(readFileSync(new URL('../golden/stats.json', import.meta.url), 'utf8')) as {
  readonly kolmogorovSmirnov: readonly (Samples & { readonly statistic: number; readonly p: number })[];
  readonly rankSum: readonly (Samples & { readonly u: number; readonly p: number })[];
  readonly fisher: readonly { readonly hits: [number, number]; readonly sizes: [number, number]; readonly p: number }[];
  readonly adjusted: { readonly ps: readonly number[]; readonly expected: readonly number[] };
  readonly logistic: readonly { readonly n: number; readonly d: number; readonly coefficients: readonly number[] }[];
  readonly powerLaws: readonly {
    readonly sizes: readonly number[];
    readonly losses: readonly number[];
    readonly a: number;
    readonly b: number;
    readonly c: number;
    /** Prediction for twice the largest size. */
    readonly twice: number;
    /** Half of its interval; null where SciPy weighs outliers in another way. */
    readonly reach: number | null;
  }[];
  readonly student: { readonly values: readonly number[]; readonly low: number; readonly high: number };
  readonly studentQuantiles: readonly { readonly tail: number; readonly freedom: number; readonly t: number }[];
  readonly normalTails: readonly { readonly z: number; readonly tail: number }[];
  readonly bootstrap: { readonly values: readonly number[]; readonly low: number; readonly high: number };
};

export function wave(n: number, phase: number, step = 0.7): Float64Array {
  return Float64Array.from({ length: n }, (_, index) => Math.sin(step * index + phase));
}

export function samplesOf({ n, m, shift, digits }: Samples): readonly [Float64Array, Float64Array] {
  const round = (value: number): number => (digits === null ? value : Math.round(value * 10 ** digits) / 10 ** digits);
  return [wave(n, 0).map(round), wave(m, 1, 1.3).map(value => round(value + shift))];
}

/** Relative difference of two positive numbers. */
export function relative(found: number, expected: number): number {
  return Math.abs(found - expected) / Math.max(Math.abs(expected), 1e-300);
}
