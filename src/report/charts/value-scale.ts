/**
 * An axis for values of the metric: wide enough for what matters, whatever a few bad trials came to. Values that are worse
 * than the outer fence (Tukey 1977, Exploratory Data Analysis: the far quartile and three interquartile ranges) lie on the
 * edge. Values are spread on the log scale where they are positive and span much.
 */
import { quantile } from '../../stats/quantile.ts';
import { formatCount, formatNumber } from '../../text.ts';
import type { Direction } from '../../study/ports.ts';

/** For Plot. */
export interface ValueAxis {
  readonly type: 'linear' | 'log';
  readonly domain: [number, number];
  readonly ticks?: number[];
  readonly tickFormat?: (value: number) => string;
}

export interface ValueScale {
  readonly axis: ValueAxis;
  /** Where a value is drawn: on the edge, if it is beyond. */
  place(value: number): number;
  isBeyond(value: number): boolean;
  /** "3 values above 1.2 are drawn at the edge."; empty without any. */
  note(values: readonly number[]): string;
}

const wide = 10;
/** On the log scale, less has no round numbers. */
const narrow = 5;
const reach = 3;
const padding = 0.06;
const mostLogTicks = 8;

/** @param values finite; at least one */
export function valueScale(values: readonly number[], goal: Direction): ValueScale {
  const sorted = values.toSorted((a, b) => a - b);
  const isPositive = sorted[0]! > 0;
  const warp = isPositive ? Math.log : (value: number): number => value;
  const unwarp = isPositive ? Math.exp : (value: number): number => value;
  const [lower, upper] = [0.25, 0.75].map(share => warp(quantile(sorted, share))) as [number, number];
  const isMinimized = goal === 'minimize';
  const fence = unwarp(isMinimized ? upper + reach * (upper - lower) : lower - reach * (upper - lower));
  const isBeyond = (value: number): boolean => upper > lower && (isMinimized ? value > fence : value < fence);
  const inside = sorted.filter(value => !isBeyond(value));
  const axis = valueAxis(inside);
  return {
    axis,
    isBeyond,
    place: value => (isBeyond(value) ? axis.domain[isMinimized ? 1 : 0] : value),
    note(values) {
      const count = values.filter(isBeyond).length;
      if (count === 0) return '';
      const side = isMinimized ? `above ${formatNumber(inside.at(-1)!)}` : `below ${formatNumber(inside[0]!)}`;
      return count === 1 ? `One value ${side} is drawn at the edge.` : `${count} values ${side} are drawn at the edge.`;
    },
  };
}

/** One that has room for all of them; `type` is what they are usually shown on. */
export function valueAxis(values: readonly number[], type: ValueAxis['type'] = 'linear'): ValueAxis {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const isLog = low > 0 && high / low >= (type === 'log' ? narrow : wide);
  if (!isLog) return { type: 'linear', domain: padLinear(low, high) };
  const factor = high > low ? (high / low) ** padding : 2;
  const domain: [number, number] = [low / factor, high * factor];
  return { type: 'log', domain, ticks: logTicks(domain), tickFormat: formatTick };
}

function padLinear(low: number, high: number): [number, number] {
  const pad = high > low ? (high - low) * padding : Math.abs(low) * padding || 1;
  return [low - pad, high + pad];
}

/** 1 and 3 of each decade (Plot leaves out labels of 5); of many decades the powers of ten, as few as there is room for. */
function logTicks([low, high]: [number, number]): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const every = Math.ceil(decades.length / mostLogTicks);
  const digits = Math.log10(high / low) <= mostLogTicks / 3 ? [1, 3] : [1];
  return decades
    .filter((_, index) => index % every === 0)
    .flatMap(power => digits.map(digit => Number(`${digit}e${power}`)))
    .filter(tick => low <= tick && tick <= high);
}

function formatTick(value: number): string {
  return value >= 1e4 && value < 1e7 ? formatCount(value) : formatNumber(value);
}
