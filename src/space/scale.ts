/**
 * A parameter's search scale: where its values lie in the unit interval. Values from a list or a grid share the interval
 * equally; whole numbers on the log scale are spread log-uniformly over [low - 0.5, high + 0.5], as in Optuna.
 */
import { equalJson } from './json.ts';
import type { ParamSpec } from './params.ts';
import type { Json } from './space.ts';

/** The values of a parameter that has countably few, in order. */
interface Grid {
  readonly count: number;
  at(index: number): Json;
  /** -1 for a value that is not on the grid. */
  indexOf(value: Json): number;
}

/** The coordinate of a legal value, from 0 to 1: the centre of its share. */
export function toUnit(param: ParamSpec, value: Json): number {
  const grid = gridOf(param);
  if (grid) return (Math.max(0, grid.indexOf(value)) + 0.5) / grid.count;
  const { from, to, warp } = spanOf(param);
  return from === to ? 0.5 : clamp((warp(value as number) - from) / (to - from), 0, 1);
}

/** The value at a coordinate: always legal, whatever the coordinate (it is clamped to [0, 1]; NaN counts as 0). */
export function fromUnit(param: ParamSpec, coordinate: number): Json {
  const u = clamp(coordinate || 0, 0, 1);
  const grid = gridOf(param);
  if (grid) return grid.at(Math.min(grid.count - 1, Math.floor(u * grid.count)));
  const { from, to, unwarp, low, high } = spanOf(param);
  return clamp(unwarp(from * (1 - u) + to * u), low, high);
}

/**
 * The part of the unit interval whose coordinates have the same value as this one; undefined when values are continuous.
 */
export function shareAt(param: ParamSpec, coordinate: number): readonly [from: number, to: number] | undefined {
  const grid = gridOf(param);
  if (grid) {
    const index = Math.min(grid.count - 1, Math.floor(coordinate * grid.count));
    return [index / grid.count, (index + 1) / grid.count];
  }
  if (param.type !== 'int') return undefined;
  const { from, to, warp } = spanOf(param);
  const value = fromUnit(param, coordinate) as number;
  return [(warp(value - 0.5) - from) / (to - from), (warp(value + 0.5) - from) / (to - from)];
}

/** Whether the parameter can have this value. */
export function isLegal(param: ParamSpec, value: Json): boolean {
  const grid = gridOf(param);
  if (grid) return grid.indexOf(value) >= 0;
  const { low, high } = spanOf(param);
  const isKind = param.type === 'int' ? Number.isSafeInteger(value) : typeof value === 'number';
  return isKind && (value as number) >= low && (value as number) <= high;
}

/** Whether neighbours in the list of values are no nearer to each other than any two. */
export function isUnordered({ type }: ParamSpec): boolean {
  return type === 'categorical' || type === 'boolean';
}

/** Whole numbers on the log scale: the only countable values that do not share the unit interval equally. */
export function isLogInt(param: ParamSpec): param is Extract<ParamSpec, { type: 'int' }> {
  return param.type === 'int' && param.log && param.step === 1;
}

/** How many values the parameter has; Infinity when they are continuous. */
export function countValues(param: ParamSpec): number {
  if (isLogInt(param)) return param.high - param.low + 1;
  if (param.type === 'float' && param.low === param.high) return 1;
  return gridOf(param)?.count ?? Infinity;
}

function gridOf(param: ParamSpec): Grid | undefined {
  switch (param.type) {
    case 'boolean':
      return list([false, true]);
    case 'categorical':
      return list(param.choices);
    case 'int':
      if (param.log) return param.step === 1 ? undefined : geometric(param.low, param.high, param.step);
      return arithmetic(param.low, param.high, param.step);
    case 'float':
      if (param.step === null) return undefined;
      return (param.log ? geometric : arithmetic)(param.low, param.high, param.step);
  }
}

function list(values: readonly Json[]): Grid {
  return {
    count: values.length,
    at: index => values[index]!,
    indexOf: value => {
      const index = values.indexOf(value);
      return index >= 0 ? index : values.findIndex(other => equalJson(other, value));
    },
  };
}

/** Steps that end a hair below `high` still reach it: 0 to 0.3 by 0.1 has four values. */
const tolerance = 1e-9;

function arithmetic(low: number, high: number, step: number): Grid {
  const scale = Math.max(Math.abs(low), Math.abs(high));
  const at = (index: number): number => rounded(low + index * step, scale, 15);
  // A bound far from 0 loses digits to the rounding: the last value stays the last when it becomes `high`.
  const slack = Math.min(0.5, tolerance + (1e-14 * scale) / step);
  return numbers(Math.floor((high - low) / step + slack) + 1, at, value => (value - low) / step);
}

function geometric(low: number, high: number, ratio: number): Grid {
  const index = (value: number): number => (Math.log(value) - Math.log(low)) / Math.log(ratio);
  return numbers(Math.floor(index(high) + tolerance) + 1, k => rounded(low * ratio ** k, 0, 15), index);
}

function numbers(count: number, at: (index: number) => number, place: (value: number) => number): Grid {
  return {
    count,
    at,
    indexOf(value) {
      if (typeof value !== 'number') return -1;
      const index = Math.round(place(value));
      if (!(index >= 0 && index < count)) return -1;
      const nearest = at(index);
      return Math.abs(nearest - value) <= tolerance * Math.abs(nearest) ? index : -1;
    },
  };
}

/** A continuous scale: the interval in which coordinates are linear. */
interface Span {
  readonly low: number;
  readonly high: number;
  readonly from: number;
  readonly to: number;
  warp(value: number): number;
  unwarp(position: number): number;
}

function spanOf(param: ParamSpec): Span {
  if (param.type !== 'float' && param.type !== 'int') throw new TypeError(`a ${param.type} parameter has no span`);
  const { low, high, log, type } = param;
  if (type === 'int') {
    const [from, to] = [Math.log(low - 0.5), Math.log(high + 0.5)];
    return { low, high, from, to, warp: Math.log, unwarp: position => Math.round(Math.exp(position)) };
  }
  if (log) {
    const unwarp = (position: number): number => rounded(Math.exp(position), 0, digits);
    return { low, high, from: Math.log(low), to: Math.log(high), warp: Math.log, unwarp };
  }
  const scale = Math.max(Math.abs(low), Math.abs(high));
  const unwarp = (value: number): number => rounded(value, scale, digits);
  return { low, high, from: low, to: high, warp: value => value, unwarp };
}

/**
 * Digits of continuous values: few enough that a value survives the way to its coordinate and back, and that reports
 * read well; more than any search can tell apart.
 */
const digits = 12;

/** As many digits as a number of that scale would have: -0.3 + 3 * 0.1 is 0. A scale of 0: the value's own. */
function rounded(value: number, scale: number, count: number): number {
  if (Number.isSafeInteger(value)) return value;
  const left = scale === 0 ? count : count + exponent(value) - exponent(scale);
  return left < 1 ? 0 : Number(value.toPrecision(Math.min(left, 15)));
}

function exponent(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
