/**
 * Losses on a scale on which a Gaussian process fits: finite, as normal as one bend makes them, mean 0 and variance 1.
 * The bend is the likeliest one of Yeo & Johnson 2000, "A new family of power transformations", Biometrika 87; a sampler
 * that bends losses first is HEBO (Cowen-Rivers et al. 2022, https://arxiv.org/abs/2012.03826). Losses that span orders of
 * magnitude, as of learning rates that are too high, would otherwise leave no difference between the good ones.
 *
 *   bend(v) = ((1 + v)^b - 1) / b            for v >= 0, of standardized values
 *           = -((1 - v)^(2 - b) - 1) / (2 - b)   for v < 0
 *   ln p(b) = -n / 2 ln variance(bend(v)) + (b - 1) sum sign(v) ln(1 + |v|)
 */
import { goldenSection } from '../stats/golden-section.ts';

export interface Warped {
  readonly values: Float64Array;
  /** How fast values grow with losses at the lowest one; 0 where all are equal. */
  readonly slope: number;
}

export function warp(losses: readonly number[]): Warped {
  const known = finite(losses);
  const values = standardize(known.values);
  if (values.every(value => value === 0)) return { values, slope: 0 };
  let logs = 0;
  for (const value of values) logs += Math.sign(value) * Math.log1p(Math.abs(value));
  const improbability = (power: number): number =>
    (values.length / 2) * Math.log(momentsOf(values.map(value => bend(value, power))).variance) - (power - 1) * logs;
  const power = goldenSection(improbability, -10, 4, 0.01);
  const bent = values.map(value => bend(value, power));
  const deviation = (numbers: Float64Array): number => Math.sqrt(momentsOf(numbers).variance);
  const steepness = bendSlope(Math.min(...values), power);
  return { values: standardize(bent), slope: steepness / (known.unit * deviation(known.values) * deviation(bent)) };
}

export function bend(value: number, power: number): number {
  return value >= 0 ? stretch(Math.log1p(value), power) : -stretch(Math.log1p(-value), 2 - power);
}

function bendSlope(value: number, power: number): number {
  return Math.exp((value >= 0 ? power - 1 : 1 - power) * Math.log1p(Math.abs(value)));
}

/** (e^(power log) - 1) / power. */
function stretch(log: number, power: number): number {
  return Math.abs(power) < 1e-9 ? log : Math.expm1(power * log) / power;
}

/** Endless losses count as the worst finite one; in units of the largest, whose square might not be finite. */
function finite(losses: readonly number[]): { readonly values: Float64Array; readonly unit: number } {
  const known = losses.filter(Number.isFinite);
  if (known.length === 0) return { values: new Float64Array(losses.length), unit: 1 };
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const unit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return { values: Float64Array.from(losses, loss => Math.min(high, Math.max(low, loss)) / unit), unit };
}

function standardize(values: Float64Array): Float64Array {
  const { mean, variance } = momentsOf(values);
  const deviation = Math.sqrt(variance);
  // Of equal values, rounding alone makes a difference.
  return values.map(value => (deviation > 1e-14 * Math.abs(mean) ? (value - mean) / deviation : 0));
}

function momentsOf(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}
