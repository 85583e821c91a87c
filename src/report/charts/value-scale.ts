/**
 * An axis for values of the metric: wide enough for what matters, whatever a few bad trials came to. Values that are worse
 * than the outer fence (Tukey 1977, Exploratory Data Analysis: the far quartile and three interquartile ranges) lie on the
 * edge. Values are spread on the log scale where they are positive and span much.
 */
import { formatNumber } from '../../text.ts';
import type { Direction } from '../../study/ports.ts';

export interface ValueScale {
  /** For Plot. */
  readonly axis: {
    readonly type: 'linear' | 'log';
    readonly domain: [number, number];
    readonly ticks?: number[];
    readonly tickFormat?: (value: number) => string;
  };
  /** Where a value is drawn: on the edge, if it is beyond. */
  place(value: number): number;
  isBeyond(value: number): boolean;
  /** "3 values above 1.2 are drawn at the edge."; empty without any. */
  note(values: readonly number[]): string;
}

const wide = 10;
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
  const [low, high] = [inside[0]!, inside.at(-1)!];
  const type = isPositive && high / low >= wide ? 'log' : 'linear';
  const domain = type === 'log' ? padLog(low, high) : padLinear(low, high);
  return {
    axis: {
      type,
      domain,
      ...(type === 'log' && { ticks: logTicks(domain), tickFormat: formatNumber }),
    },
    isBeyond,
    place: value => (isBeyond(value) ? domain[isMinimized ? 1 : 0] : value),
    note(values) {
      const count = values.filter(isBeyond).length;
      if (count === 0) return '';
      const side = `${isMinimized ? 'above' : 'below'} ${formatNumber(isMinimized ? high : low)}`;
      return count === 1 ? `One value ${side} is drawn at the edge.` : `${count} values ${side} are drawn at the edge.`;
    },
  };
}

function padLinear(low: number, high: number): [number, number] {
  const pad = high > low ? (high - low) * padding : Math.abs(low) * padding || 1;
  return [low - pad, high + pad];
}

function padLog(low: number, high: number): [number, number] {
  const factor = (high / low) ** padding;
  return [low / factor, high * factor];
}

/** 1, 2 and 5 of each decade; of many decades the powers of ten, as few as there is room for. */
function logTicks([low, high]: [number, number]): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const every = Math.ceil(decades.length / mostLogTicks);
  const digits = decades.length <= mostLogTicks / 2 ? [1, 2, 5] : [1];
  return decades
    .filter((_, index) => index % every === 0)
    .flatMap(power => digits.map(digit => Number(`${digit}e${power}`)))
    .filter(tick => low <= tick && tick <= high);
}

/** Between two values in proportion, as NumPy does. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (place % 1) * (sorted[Math.ceil(place)]! - below);
}
