/**
 * Minimum of a smooth function in a box, by gradients: limited-memory BFGS (Nocedal 1980, Math. Comp. 35) in the variables
 * that are not held at a bound, with steps projected onto the box (Bertsekas 1982, SIAM J. Control Optim. 20).
 */

export interface Box {
  readonly low: number;
  readonly high: number;
}

export interface Minimum {
  readonly x: readonly number[];
  readonly value: number;
}

/** Value at x; writes the gradient. Infinity where the function is not defined. */
export type Smooth = (x: readonly number[], gradient: number[]) => number;

/** Pairs of steps and gradients' changes that are remembered. */
const memory = 8;
/** Share of the decrease that the slope promises. */
const armijo = 1e-4;
const shortest = 1e-8;

/** @param tolerance the greatest slope of a free variable at the end */
export function minimize(
  smooth: Smooth,
  start: readonly number[],
  { low, high }: Box,
  tolerance: number,
  maxCalls: number,
): Minimum {
  const clamp = (value: number): number => Math.min(high, Math.max(low, value));
  let x: readonly number[] = start.map(clamp);
  let gradient = start.map(() => 0);
  let value = smooth(x, gradient);
  let pairs: readonly Pair[] = [];
  for (let calls = 1; calls < maxCalls;) {
    const isHeld = x.map((at, i) => (gradient[i]! > 0 ? at <= low : at >= high));
    const free = gradient.map((slope, i) => (isHeld[i] ? 0 : slope));
    const steepest = Math.max(...free.map(Math.abs));
    if (!(steepest > tolerance)) break;
    let direction = descend(free, pairs).map((part, i) => (isHeld[i] ? 0 : part));
    if (!(product(direction, free) < 0)) {
      pairs = [];
      direction = free.map(slope => -slope);
    }
    // The first step has no curvature to go by.
    let length = pairs.length > 0 ? 1 : Math.min(1, (0.1 * (high - low)) / steepest);
    let next = x;
    let nextValue = Infinity;
    const nextGradient = start.map(() => 0);
    while (calls < maxCalls && length >= shortest) {
      next = x.map((from, i) => clamp(from + length * direction[i]!));
      nextValue = smooth(next, nextGradient);
      calls += 1;
      const promised = product(gradient, minus(next, x));
      if (nextValue <= value + armijo * promised) break;
      // The lowest point of the parabola through what is known.
      const parabola = -promised / (2 * (nextValue - value - promised));
      length *= Math.min(0.5, Math.max(0.1, parabola || 0));
    }
    if (!(nextValue < value)) break;
    const [step, change] = [minus(next, x), minus(nextGradient, gradient)];
    const curvature = product(step, change);
    if (curvature > 1e-10 * product(change, change)) pairs = [...pairs.slice(1 - memory), { step, change, curvature }];
    [x, gradient, value] = [next, nextGradient, nextValue];
  }
  return { x, value };
}

interface Pair {
  readonly step: readonly number[];
  readonly change: readonly number[];
  /** Their product. */
  readonly curvature: number;
}

/** The quasi-Newton direction: Nocedal's two loops. */
function descend(gradient: readonly number[], pairs: readonly Pair[]): readonly number[] {
  const direction = gradient.map(slope => -slope);
  const add = (vector: readonly number[], factor: number): void => {
    for (let i = 0; i < vector.length; i++) direction[i]! += factor * vector[i]!;
  };
  const weights = pairs.toReversed().map(({ step, change, curvature }) => {
    const weight = product(step, direction) / curvature;
    add(change, -weight);
    return weight;
  });
  const last = pairs.at(-1);
  if (last) add(direction, last.curvature / product(last.change, last.change) - 1);
  pairs.forEach(({ step, change, curvature }, index) => {
    add(step, weights[pairs.length - 1 - index]! - product(change, direction) / curvature);
  });
  return direction;
}

function product(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function minus(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, i) => value - b[i]!);
}
