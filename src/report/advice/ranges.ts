/** Other ranges for parameters, within the limits of what they decide. */
import { fromUnit, isLegal } from '../../space/scale.ts';
import type { Json, Param } from '../../space/space.ts';
import { tidy } from '../../space/dialects/dialect.ts';
import { numericChoices, type NumericParam } from './knobs.ts';
import type { Knob } from './advice.ts';

export type Side = 'low' | 'high';

/** How far a bound moves: on the log scale by this factor, else by this share of the width. */
export interface Reach {
  readonly factor: number;
  readonly share: number;
}

/** A decade, or half the width. */
export const usualReach: Reach = { factor: 10, share: 0.5 };

/** The parameter with one bound moved outwards; undefined where that is at its limit. */
export function extended(
  param: NumericParam,
  side: Side,
  { least = -Infinity, most = Infinity }: Knob,
  { factor, share }: Reach = usualReach,
): NumericParam | undefined {
  const { low, high, log, type } = param;
  const sign = side === 'high' ? 1 : -1;
  const wanted = log
    ? param[side] * factor ** sign
    : param[side] + sign * share * Math.max(high - low, type === 'int' ? 2 : 0);
  // What is not negative, or above zero, stays so: rates, sizes, coefficients.
  const floor = Math.max(least, low > 0 ? (type === 'int' ? 1 : low / 10) : low >= 0 ? 0 : -Infinity);
  const limited = Math.min(most, Math.max(floor, onGrid(param, side, wanted)));
  const bound = type === 'int' ? Math.round(limited) : tidy(limited);
  if (side === 'high' ? bound <= high : bound >= low) return undefined;
  return withRange(param, side === 'low' ? bound : low, side === 'high' ? bound : high);
}

/** As many steps outwards as it takes. */
function onGrid({ log, step, low, high }: NumericParam, side: Side, wanted: number): number {
  if (step === null || (log && step === 1)) return wanted;
  const sign = side === 'high' ? 1 : -1;
  const bound = side === 'high' ? high : low;
  const steps = Math.ceil((log ? Math.log(wanted / bound) / Math.log(step) : (wanted - bound) / step) * sign - 1e-9);
  return log ? bound * step ** (sign * steps) : bound + sign * steps * step;
}

/** Its default stays where it can; with steps, the range ends with the last one. */
export function withRange<P extends NumericParam>(param: P, low: number, high: number): P {
  const given = { ...param, low, high };
  const ranged = isStepped(param) ? { ...given, high: fromUnit(given, 1) as number } : given;
  const isKept = isLegal(ranged, param.default);
  return { ...ranged, default: isKept ? param.default : (fromUnit(ranged, 0.5) as number) };
}

function isStepped({ type, step }: NumericParam): boolean {
  return step !== null && !(type === 'int' && step === 1);
}

/** A range about these values, on the grid of the parameter where it has one. */
export function narrowed(param: NumericParam, from: number, to: number): NumericParam {
  const { step, log } = param;
  const [low, high] = [Math.max(param.low, from), Math.min(param.high, to)];
  if (step === null || !isStepped(param)) return withRange(param, low, high);
  const steps = log ? Math.log(low / param.low) / Math.log(step) : (low - param.low) / step;
  const whole = Math.floor(steps + 1e-9);
  return withRange(param, tidy(log ? param.low * step ** whole : param.low + whole * step), high);
}

/** The parameter with one value left; a truth value becomes a choice. */
export function fixed(param: Param, value: Json): Param {
  if (param.type === 'float' || param.type === 'int')
    return { ...param, low: value as number, high: value as number, default: value as number };
  const { name, when, tune } = param;
  const common = { name, ...(when && { when }), ...(tune && { tune }) };
  return { ...common, type: 'categorical', choices: [value], default: value };
}

/** With larger values than before: twice as large for sizes, in a list too. */
export function raised(param: Param, knob: Knob, reach: Reach = usualReach): Param | undefined {
  if (param.type === 'float' || param.type === 'int') return extended(param, 'high', knob, reach);
  const largest = numericChoices(param)?.at(-1);
  if (param.type !== 'categorical' || largest === undefined) return undefined;
  return { ...param, choices: [...param.choices, 2 * largest] };
}
