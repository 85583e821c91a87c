/**
 * Minimum of a smooth function in a box, by gradients: limited-memory BFGS (Nocedal 1980, Math. Comp. 35) in the variables
 * that are not held at a bound, with steps projected onto the box (Bertsekas 1982, SIAM J. Control Optim. 20).
 */
import { dot } from './cholesky.ts';

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

/** @param tolerance the greatest projected slope at the end */
export function minimize(smooth: Smooth, start: Float64Array, box: Box, tolerance: number, maxCalls: number): Minimum {
  const size = start.length;
  const clamp = (value: number): number => Math.min(box.high, Math.max(box.low, value));
  let x = start.map(clamp);
  let gradient = new Float64Array(size);
  let value = smooth(x, gradient);
  let calls = 1;
  let pairs: Pair[] = [];
  while (calls < maxCalls) {
    const isHeld = (i: number): boolean => (gradient[i]! > 0 ? x[i]! <= box.low : x[i]! >= box.high);
    const free = gradient.map((slope, i) => (isHeld(i) ? 0 : slope));
    const steepest = Math.max(...free.map(Math.abs));
    if (!(steepest > tolerance)) break;
    let direction = descend(free, pairs).map((part, i) => (isHeld(i) ? 0 : part));
    if (!(dot(direction, 0, free, 0, size) < 0)) {
      pairs = [];
      direction = free.map(slope => -slope);
    }
    // The first step has no curvature to go by.
    let length = pairs.length > 0 ? 1 : Math.min(1, (0.1 * (box.high - box.low)) / steepest);
    let next = x;
    let nextValue = Infinity;
    const nextGradient = new Float64Array(size);
    for (; calls < maxCalls; calls++) {
      next = x.map((from, i) => clamp(from + length * direction[i]!));
      nextValue = smooth(next, nextGradient);
      const promised = dot(gradient, 0, minus(next, x), 0, size);
      if (nextValue <= value + armijo * promised) break;
      // The lowest point of the parabola through what is known.
      const parabola = Number.isFinite(nextValue) ? -promised / (2 * (nextValue - value - promised)) : 0.1;
      length *= Math.min(0.5, Math.max(0.1, parabola));
      if (length < shortest) return { x, value };
    }
    calls += 1;
    if (!(nextValue < value)) break;
    const [step, change] = [minus(next, x), minus(nextGradient, gradient)];
    const curvature = dot(step, 0, change, 0, size);
    if (curvature > 1e-10 * dot(change, 0, change, 0, size))
      pairs = [...pairs.slice(1 - memory), { step, change, curvature }];
    [x, gradient, value] = [next, nextGradient, nextValue];
  }
  return { x, value };
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Their product. */
  readonly curvature: number;
}

/** The quasi-Newton direction: Nocedal's two loops. */
function descend(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const size = gradient.length;
  const direction = gradient.map(slope => -slope);
  const add = (vector: Float64Array, factor: number): void => {
    for (let i = 0; i < size; i++) direction[i]! += factor * vector[i]!;
  };
  const weights = pairs.toReversed().map(({ step, change, curvature }) => {
    const weight = dot(step, 0, direction, 0, size) / curvature;
    add(change, -weight);
    return weight;
  });
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, 0, last.change, 0, size);
    for (let i = 0; i < size; i++) direction[i]! *= scale;
  }
  pairs.forEach(({ step, change, curvature }, index) => {
    add(step, weights[pairs.length - 1 - index]! - dot(change, 0, direction, 0, size) / curvature);
  });
  return direction;
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}
