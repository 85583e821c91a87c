/** Round numbers along an axis. */
import { formatNumber } from '../../text.ts';

export interface Tick {
  /** From 0 to 1. */
  readonly at: number;
  readonly label: string;
}

const mostTicks = 6;

/** Multiples of 1, 2 or 5 times a power of ten. */
export function linearTicks(low: number, high: number): readonly number[] {
  if (low === high) return [low];
  const least = (high - low) / (mostTicks - 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * [1, 2, 5, 10].find(factor => factor * power >= least * (1 - 1e-9))!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => exact((first + index) * step));
}

/** Powers of ten; of two, or 2 and 5 between those of ten, where there would be too few. */
export function logTicks(low: number, high: number): readonly number[] {
  if (high / low >= 100) return thinned(powers(10, low, high), mostTicks);
  const octaves = powers(2, low, high);
  if (Number.isInteger(low) && octaves.length > 2) return thinned(octaves, mostTicks + 1);
  const decades = powers(10, low / 10, high);
  const ticks = decades.flatMap(power => [power, exact(2 * power), exact(5 * power)]);
  const inside = ticks.filter(tick => tick >= low && tick <= high);
  return inside.length > 1 ? inside : linearTicks(low, high);
}

function powers(base: number, low: number, high: number): readonly number[] {
  const first = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
  const last = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => exact(base ** (first + index)));
}

/** Every second one, or every third, until there are few enough. */
export function thinned<T>(ticks: readonly T[], most: number): readonly T[] {
  const step = Math.ceil(ticks.length / most);
  return ticks.filter((_, index) => index % step === 0);
}

/** 10 ** -5 is not 1e-5. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

/** 0.3, 64, 1e-5, 2e6: short, small ones of a log axis all in one form. */
export function tickLabel(value: number, isLog: boolean): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= (isLog ? 0.01 : 1e-3) && size < 1e5);
  return isPlain ? formatNumber(value) : Number(value.toPrecision(4)).toExponential().replace('+', '');
}
