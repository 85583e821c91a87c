/** Where the values of a parameter lie along an axis, and what stands beside it. */
import type { ScaleOptions } from '@observablehq/plot';
import { canonical, equalJson } from '../../space/json.ts';
import { countValues, fromUnit, isLogInt, isUnordered } from '../../space/scale.ts';
import type { Json, Param } from '../../space/space.ts';
import { printable } from '../../text.ts';
import { cut, lengthOf } from '../cut.ts';
import { formatValue } from '../values.ts';
import { axisLabel } from './plot.ts';
import { linearTicks, logTicks, thinned, tickLabel, type Tick } from './ticks.ts';

export interface Axis {
  /** From 0 to 1; undefined for a value that the axis has no place for. */
  place(value: Json | undefined): number | undefined;
  readonly ticks: readonly Tick[];
  /** Where few values share the axis: the room of each, as a share of it. */
  readonly band?: number;
}

/** Numeric parameters with no more values than these get a band for each, like choices. */
const fewValues = 8;

/**
 * The search scale of a parameter, from bound to bound.
 * @param values what is to be shown: trials of an earlier space may have values that this one does not allow
 */
export function paramAxis(param: Param, values: readonly (Json | undefined)[]): Axis {
  const known = values.filter(value => value !== undefined);
  if (isUnordered(param)) return listAxis(distinct([...legalValues(param), ...known]));
  const numbers = known.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  if (countValues(param) <= fewValues) {
    const all = distinct([...legalValues(param), ...numbers]) as readonly number[];
    if (all.length <= fewValues) return listAxis(all.toSorted((a, b) => a - b));
  }
  const { low, high, log } = param as Extract<Param, { type: 'float' | 'int' }>;
  const least = numbers.reduce((a, b) => Math.min(a, b), low);
  return numberAxis(
    least,
    numbers.reduce((a, b) => Math.max(a, b), high),
    log && least > 0,
  );
}

function legalValues(param: Param): readonly Json[] {
  const count = countValues(param);
  return Array.from({ length: count }, (_, index) =>
    isLogInt(param) ? param.low + index : fromUnit(param, (index + 0.5) / count),
  );
}

function distinct(values: readonly Json[]): readonly Json[] {
  return [...new Map(values.map(value => [canonical(value), value])).values()];
}

function listAxis(values: readonly Json[]): Axis {
  const at = (index: number): number => (index + 0.5) / values.length;
  return {
    band: 1 / values.length,
    place(value) {
      const index = value === undefined ? -1 : values.findIndex(each => equalJson(each, value));
      return index < 0 ? undefined : at(index);
    },
    ticks: values.map((value, index) => ({ at: at(index), label: formatValue(value) })),
  };
}

/** The share of its band over which trials of one value are spread. */
const spread = 0.6;

/** Labels that a vertical axis has room for; so few that a horizontal one has all; characters that tell long ones apart. */
const [mostVertical, fewLabels, wordLength] = [10, 5, 12];

/**
 * The axis as Plot has it, in places from 0 to 1.
 * @param room characters for all labels of a horizontal axis, or for each of a vertical one
 */
export function plotAxis({ ticks, band }: Axis, name: string, room: number, isVertical = false): ScaleOptions {
  const longest = ticks.reduce((length, { label }) => Math.max(length, lengthOf(label)), 0);
  const fitting = Math.max(2, Math.floor(room / (Math.min(longest, wordLength) + 1)));
  const most = isVertical ? mostVertical : ticks.length > fewLabels ? fitting : fewLabels;
  const shown = thinned(ticks, most);
  const length = isVertical ? room : Math.floor(room / shown.length) - 1;
  return {
    label: axisLabel(name),
    domain: [0, 1],
    ticks: shown.map(({ at }) => at),
    tickFormat: (_: number, index: number) => cut(printable(shown[index]!.label), length),
    ...(band !== undefined && { tickSize: 0 }),
  };
}

/** A number from 0 to 1 for a trial, so that those of any run of trials are spread evenly: multiples of the golden ratio. */
export function evenShare(trial: number): number {
  return (trial * 0.6180339887498949) % 1;
}

/** The place of a trial's value; in bands, trials lie side by side. */
export function trialPlace({ place, band = 0 }: Axis, value: Json | undefined, trial: number): number | undefined {
  const at = place(value);
  return at === undefined ? undefined : at + spread * band * (evenShare(trial) - 0.5);
}

/** An axis of numbers from low to high. */
export function numberAxis(low: number, high: number, isLog: boolean): Axis {
  const warp = isLog ? Math.log : (value: number): number => value;
  const place = (value: number): number => (low === high ? 0.5 : (warp(value) - warp(low)) / (warp(high) - warp(low)));
  const ticks = (isLog ? logTicks : linearTicks)(low, high).filter(tick => tick >= low && tick <= high);
  return {
    place: value => (typeof value === 'number' && Number.isFinite(value) ? place(value) : undefined),
    ticks: ticks.map(tick => ({ at: place(tick), label: tickLabel(tick, isLog) })),
  };
}
