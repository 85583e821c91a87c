/**
 * Derivatives by differences, to hold exact ones against.
 *   f'(x) ~ (16 D(h / 4) - D(h)) / 15,  D(h) = (f(x + h) - f(x - h)) / 2h: of order 4 (Richardson 1911)
 *   Hessian times v:  (g(w + e v) - g(w - e v)) / 2e,  e = radius / |v|
 */
import type { Hyper, HyperName } from './rules.ts';
import { run, validationLoss, type Training } from './training.ts';
import { combine, norm, type Vector } from './vectors.ts';

/** Of steps that shrink fourfold from the widest, the value that agrees best with those of the steps beside it. */
export function derivative(f: (x: number) => number, x: number, widest: number): number {
  const slopes = Array.from({ length: 8 }, (_, k) => {
    const h = widest / 4 ** k;
    return (f(x + h) - f(x - h)) / (2 * h);
  });
  const estimates = slopes.slice(1).map((finer, k) => (16 * finer - slopes[k]!) / 15);
  const gaps = estimates.slice(1).map((value, k) => Math.abs(value - estimates[k]!));
  const worst = gaps.slice(1).map((gap, k) => Math.max(gap, gaps[k]!));
  return estimates[1 + worst.indexOf(Math.min(...worst))]!;
}

/**
 * dV/dlambda of the whole training.
 * @param widest first step, as a share of the way to the end of the range: wide ones drown rounding where few steps
 * change little, narrow ones stay between the kinks of l1 where many weights cross 0
 */
export function wholeRunDifference(training: Training, hyper: Hyper, by: HyperName, widest: number): number {
  const value = hyper[by]!;
  // What averages keep must stay below 1.
  const room = by === 'momentum' || by.startsWith('beta') ? Math.min(value, 1 - value) : value;
  return derivative(x => validationLoss(training, run(training, { ...hyper, [by]: x })), value, widest * room);
}

export function differenceHessianTimes(
  gradient: (weights: Vector) => Vector,
  weights: Vector,
  direction: Vector,
  radius: number,
): Vector {
  const e = radius / norm(direction);
  const [up, down] = [e, -e].map(step => gradient(combine([1, weights], [step, direction])));
  return combine([1 / (2 * e), up!], [-1 / (2 * e), down!]);
}
