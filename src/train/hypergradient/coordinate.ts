/**
 * The coordinate of a hyperparameter in which its gradient moves it: 0 at the low end of its range, 1 at the high end,
 * and equal steps between them are equal changes of what matters. Learning rates and coefficients are tuned on the log
 * scale, momenta and decays of averages by the log of what they forget, 1 - value, and the rest as they are.
 */
import type { FloatParam } from '../../space/params.ts';

export interface Coordinate {
  readonly scale: 'log' | 'complement' | 'linear';
  readonly low: number;
  readonly high: number;
}

/** Nothing is remembered forever. */
const longestMemory = 0.9999;

/** @param isDecay whether the value is the share that an average keeps in a step: momentum, beta1, beta2 */
export function coordinateOf({ low, high, log }: FloatParam, isDecay: boolean): Coordinate {
  if (isDecay && low >= 0 && low < longestMemory)
    return { scale: 'complement', low, high: Math.min(high, longestMemory) };
  return { scale: log ? 'log' : 'linear', low, high };
}

/** The coordinate of a value, within [0, 1]. */
export function toCoordinate(coordinate: Coordinate, value: number): number {
  const { from, to } = endsOf(coordinate);
  if (from === to) return 0;
  return Math.min(1, Math.max(0, (warp(coordinate, value) - from) / (to - from)));
}

/** The value at a coordinate. */
export function fromCoordinate(coordinate: Coordinate, phi: number): number {
  const { from, to } = endsOf(coordinate);
  const position = from + phi * (to - from);
  const value = { linear: position, log: Math.exp(position), complement: 1 - Math.exp(position) }[coordinate.scale];
  return Math.min(coordinate.high, Math.max(coordinate.low, value));
}

/** Derivative of the value by the coordinate. */
export function slopeAt(coordinate: Coordinate, phi: number): number {
  const { from, to } = endsOf(coordinate);
  if (coordinate.scale === 'linear') return to - from;
  const change = Math.exp(from + phi * (to - from)) * (to - from);
  return coordinate.scale === 'log' ? change : -change;
}

/** Both ends on the scale in which the coordinate is linear. */
export function endsOf(coordinate: Coordinate): { readonly from: number; readonly to: number } {
  return { from: warp(coordinate, coordinate.low), to: warp(coordinate, coordinate.high) };
}

/**
 * How far an e-fold change of the value is from a whole range: sensitivities are capped by it. Values on a linear scale
 * count their range.
 */
export function reachOf(coordinate: Coordinate): number {
  const { from, to } = endsOf(coordinate);
  return coordinate.scale === 'linear' ? 1 : Math.abs(to - from);
}

function warp({ scale }: Coordinate, value: number): number {
  if (scale === 'linear') return value;
  return Math.log(scale === 'log' ? value : 1 - value);
}
