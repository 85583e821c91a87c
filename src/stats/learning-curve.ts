/**
 * Where a learning curve ends: Domhan, Springenberg & Hutter, Speeding up automatic hyperparameter optimization of deep
 * neural networks by extrapolation of learning curves, 2015, with its sampling replaced by sums. A curve is a power, an
 * exponential or a logarithm of the step, plus noise. With x scaled to 1 at the first step and 0 at the last one to come,
 * value = end + fall x: given the family and its rate this is a line, whose end has Student's distribution; families and
 * rates count by how likely they make the points (Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, 14.2).
 */
import { studentUpperTail } from './distributions.ts';

export interface Point {
  readonly step: number;
  readonly value: number;
}

/** Shapes of the steps, falling from where the fit begins. */
const shapes: readonly ((ratio: number) => number)[] = [
  ratio => -Math.log(ratio),
  ...[0.25, 0.5, 1, 2, 4].map(rate => (ratio: number) => ratio ** -rate),
  ...[0.1, 0.25, 0.5, 1, 2].map(rate => (ratio: number) => Math.exp(-rate * (ratio - 1))),
];

/** Beginnings are steep in their own ways: the later points tell where it goes. */
const used = 0.6;

/** No shape is quite right: how far off its end may be, as a share of the way there. */
const misfit = 0.3;

/**
 * Chance that a curve comes to end at most this high.
 * @param points in order, at least 4, all of them numbers
 * @param last step of the whole curve, after that of all points
 */
export function chanceBelow(value: number, points: readonly Point[], last: number): number {
  const late = points.slice(Math.min(Math.floor(points.length * (1 - used)), points.length - 4));
  const now = late.at(-1)!.value;
  const fits = shapes.map(shape => fit(late, last, shape));
  const best = Math.max(...fits.map(({ evidence }) => evidence));
  const weights = fits.map(({ evidence }) => Math.exp(evidence - best));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const chances = fits.map(({ end, variance, noise }) => {
    // The best of several noisy values is below their middle.
    const deviation = Math.sqrt(variance + noise + (misfit * (now - end)) ** 2);
    const distance = end - 2 * Math.sqrt(noise) - value;
    return deviation === 0 ? Number(distance <= 0) : studentUpperTail(distance / deviation, late.length - 2);
  });
  return chances.reduce((sum, chance, index) => sum + chance * weights[index]!, 0) / total;
}

interface Fit {
  readonly end: number;
  /** Of the end. */
  readonly variance: number;
  /** Variance of a value. */
  readonly noise: number;
  /** Logarithm of the likelihood of the points, but for a constant. */
  readonly evidence: number;
}

/** The line through (x, value), with flat priors of its end and fall. */
function fit(points: readonly Point[], last: number, shape: (ratio: number) => number): Fit {
  const begin = points[0]!.step;
  const [first, final] = [shape(1), shape(last / begin)];
  const xs = points.map(({ step }) => (shape(step / begin) - final) / (first - final));
  const mean = (of: (index: number) => number): number =>
    points.reduce((sum, _, index) => sum + of(index), 0) / points.length;
  const [x, y] = [mean(i => xs[i]!), mean(i => points[i]!.value)];
  const spread = mean(i => (xs[i]! - x) ** 2);
  const fall = mean(i => (xs[i]! - x) * (points[i]!.value - y)) / spread;
  const squares = mean(i => (points[i]!.value - y - fall * (xs[i]! - x)) ** 2) * points.length;
  const freedom = points.length - 2;
  const noise = squares / freedom;
  return {
    end: y - fall * x,
    variance: (noise * (1 + x ** 2 / spread)) / points.length,
    noise,
    // Noise is never less than rounding.
    evidence: -0.5 * Math.log(spread) - (freedom / 2) * Math.log(squares + 1e-12 * y ** 2 + Number.MIN_VALUE),
  };
}
