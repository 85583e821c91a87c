/**
 * Minimum of a smooth function in a box, by gradients: limited-memory BFGS (Nocedal 1980, Math. Comp. 35) in the variables
 * that are not held at a bound, with steps projected onto the box (Bertsekas 1982, SIAM J. Control Optim. 20).
 */

export interface Box {
  readonly low: number;
  readonly high: number;
}

export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
}

/** Value at x; writes the gradient. Infinity where the function is not defined. */
export type Smooth = (x: Float64Array, gradient: Float64Array) => number;

/** Pairs of steps and gradients' changes that are remembered. */
const memory = 8;
/** Share of the decrease that the slope promises. */
const armijo = 1e-4;
const shortest = 1e-8;

/** @param tolerance the greatest slope of a free variable at the end */
export function minimize(
  smooth: Smooth,
  start: ArrayLike<number>,
  { low, high }: Box,
  tolerance: number,
  maxCalls: number,
): Minimum {
  const size = start.length;
  const isHeld = (at: number, slope: number): boolean => (slope > 0 ? at <= low : at >= high);
  let x = Float64Array.from(start, at => Math.min(high, Math.max(low, at)));
  let [next, gradient, nextGradient] = [x.slice(), new Float64Array(size), new Float64Array(size)];
  /** The gradient in the variables that are not held at a bound, 0 in the others. */
  const free = new Float64Array(size);
  const direction = new Float64Array(size);
  const pairs: Pair[] = [];
  let value = smooth(x, gradient);
  for (let calls = 1; calls < maxCalls;) {
    let steepest = 0;
    for (let i = 0; i < size; i++) {
      free[i] = isHeld(x[i]!, gradient[i]!) ? 0 : gradient[i]!;
      steepest = Math.max(steepest, Math.abs(free[i]!));
    }
    if (!(steepest > tolerance)) break;
    descend(free, pairs, direction);
    for (let i = 0; i < size; i++) if (isHeld(x[i]!, gradient[i]!)) direction[i] = 0;
    if (!(product(direction, free) < 0)) {
      pairs.length = 0;
      for (let i = 0; i < size; i++) direction[i] = -free[i]!;
    }
    // The first step has no curvature to go by.
    let length = pairs.length > 0 ? 1 : Math.min(1, (0.1 * (high - low)) / steepest);
    let nextValue = Infinity;
    while (calls < maxCalls && length >= shortest) {
      let promised = 0;
      for (let i = 0; i < size; i++) {
        next[i] = Math.min(high, Math.max(low, x[i]! + length * direction[i]!));
        promised += gradient[i]! * (next[i]! - x[i]!);
      }
      nextValue = smooth(next, nextGradient);
      calls += 1;
      if (nextValue <= value + armijo * promised) break;
      // The lowest point of the parabola through what is known.
      const parabola = -promised / (2 * (nextValue - value - promised));
      length *= Math.min(0.5, Math.max(0.1, parabola || 0));
    }
    if (!(nextValue < value)) break;
    remember(pairs, x, next, gradient, nextGradient);
    [x, next] = [next, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
  }
  return { x, value };
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Their product. */
  readonly curvature: number;
}

/** Adds the last step, if the function curves upwards along it; the oldest pair makes room. */
function remember(
  pairs: Pair[],
  x: Float64Array,
  next: Float64Array,
  gradient: Float64Array,
  nextGradient: Float64Array,
): void {
  const step = next.map((to, i) => to - x[i]!);
  const change = nextGradient.map((to, i) => to - gradient[i]!);
  const curvature = product(step, change);
  if (!(curvature > 1e-10 * product(change, change))) return;
  if (pairs.length === memory) pairs.shift();
  pairs.push({ step, change, curvature });
}

/** Writes the quasi-Newton direction: Nocedal's two loops. */
function descend(gradient: Float64Array, pairs: readonly Pair[], direction: Float64Array): void {
  for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i]!;
  const weights = new Float64Array(memory);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, curvature } = pairs[k]!;
    weights[k] = product(step, direction) / curvature;
    add(direction, change, -weights[k]!);
  }
  const last = pairs.at(-1);
  if (last) add(direction, direction, last.curvature / product(last.change, last.change) - 1);
  for (let k = 0; k < pairs.length; k++) {
    const { step, change, curvature } = pairs[k]!;
    add(direction, step, weights[k]! - product(change, direction) / curvature);
  }
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(vector: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i]! += factor * other[i]!;
}
