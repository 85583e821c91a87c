/** Intervals of a mean. */
import { studentQuantile } from './distributions.ts';
import { quantile } from './quantile.ts';
import { meanOf } from './mean.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface MeanInterval extends Interval {
  readonly mean: number;
}

const level = 0.95;

/** Student 1908: for values from a normal distribution, such as the results of a few seeds. A single value has no interval. */
export function studentInterval(values: readonly number[]): MeanInterval {
  const mean = meanOf(values);
  const freedom = values.length - 1;
  if (freedom < 1) return { mean, low: -Infinity, high: Infinity };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom;
  const reach = studentQuantile((1 - level) / 2, freedom) * Math.sqrt(variance / values.length);
  return { mean, low: mean - reach, high: mean + reach };
}

const resamples = 10_000;

/**
 * Efron 1979, percentile method: for values from any distribution; a little too narrow for fewer than ten.
 * @param draw a whole number from 0 to n - 1
 */
export function bootstrapInterval(values: readonly number[], draw: (n: number) => number): MeanInterval {
  const count = values.length;
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < count; drawn++) sum += values[draw(count)]!;
    return sum / count;
  }).toSorted();
  const tail = (1 - level) / 2;
  return { mean: meanOf(values), low: quantile(means, tail), high: quantile(means, 1 - tail) };
}
