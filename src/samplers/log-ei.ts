/**
 * The logarithm of the expected improvement, exact where the improvement itself is too small for a number: Ament et al.
 * 2023, "Unexpected improvements to expected improvement for Bayesian optimization", https://arxiv.org/abs/2310.20708.
 *
 *   EI = sigma h(z),  z = (best - mean) / sigma,  h(z) = phi(z) + z Phi(z)
 *   for z < 0, with t = -z and Mills's ratio R(t) = Phi(-t) / phi(t):  ln h = ln phi(t) + ln(1 - t R(t))
 */
import { millsRatio, normalUpperTail } from '../stats/distributions.ts';
import type { Belief } from './gp-posterior.ts';

/** A deviation below this is rounding. */
const leastDeviation = 1e-6;

/** ln EI of losses below `best`. */
export function logImprovement({ mean, variance }: Belief, best: number): number {
  const deviation = Math.max(leastDeviation, Math.sqrt(variance));
  return Math.log(deviation) + logGain((best - mean) / deviation);
}

/** Its slopes by mean and by variance: -h' / (h sigma) and (1 - z h' / h) / (2 sigma^2), where h' = Phi(z). */
export function logImprovementSlopes({ mean, variance }: Belief, best: number): readonly [number, number] {
  const deviation = Math.max(leastDeviation, Math.sqrt(variance));
  const z = (best - mean) / deviation;
  const slope = logGainSlope(z);
  return [-slope / deviation, (1 - z * slope) / (2 * deviation * deviation)];
}

/** ln h(z). */
export function logGain(z: number): number {
  if (z >= 0) return Math.log(density(z) + z * normalUpperTail(-z));
  return (-z * z) / 2 - logRoot2Pi + Math.log(shortfall(-z));
}

/** d ln h / dz = Phi(z) / h(z). */
export function logGainSlope(z: number): number {
  if (z < 0) return millsRatio(-z) / shortfall(-z);
  const probability = normalUpperTail(-z);
  return probability / (density(z) + z * probability);
}

const logRoot2Pi = Math.log(2 * Math.PI) / 2;

function density(z: number): number {
  return Math.exp((-z * z) / 2 - logRoot2Pi);
}

/** 1 - t R(t): far out by the asymptotic series, as the difference would lose its digits. */
function shortfall(t: number): number {
  if (t < 30) return 1 - t * millsRatio(t);
  const v = 1 / (t * t);
  return v * (1 - v * (3 - v * (15 - v * (105 - v * 945))));
}
