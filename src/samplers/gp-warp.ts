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

export function warp(losses: readonly number[]): Float64Array {
  const values = standardize(finite(losses));
  if (values.every(value => value === 0)) return values;
  let logs = 0;
  for (const value of values) logs += Math.sign(value) * Math.log1p(Math.abs(value));
  const improbability = (power: number): number =>
    (values.length / 2) * Math.log(momentsOf(values.map(value => bend(value, power))).variance) - (power - 1) * logs;
  const power = goldenSection(improbability, -10, 4, 0.01);
  return standardize(values.map(value => bend(value, power)));
}

export function bend(value: number, power: number): number {
  return value >= 0 ? stretch(Math.log1p(value), power) : -stretch(Math.log1p(-value), 2 - power);
}

/** (e^(power log) - 1) / power. */
function stretch(log: number, power: number): number {
  return Math.abs(power) < 1e-9 ? log : Math.expm1(power * log) / power;
}

/** Endless losses count as the worst finite one. */
function finite(losses: readonly number[]): Float64Array {
  const known = losses.filter(Number.isFinite);
  if (known.length === 0) return new Float64Array(losses.length);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  // Squares of the largest numbers would not be finite.
  const unit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return Float64Array.from(losses, loss => Math.min(high, Math.max(low, loss)) / unit);
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
