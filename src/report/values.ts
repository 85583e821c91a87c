/** How values of parameters and changes between them are written. */
import { formatNumber } from '../text.ts';
import { isGradientTuned } from '../space/gradient-params.ts';
import type { Config, Json, Param } from '../space/space.ts';
import type { LearnedValues } from './report.ts';

/** The values of a trial, and what became of them. */
export interface TrialValues {
  readonly config: Config;
  readonly learned?: LearnedValues;
}

/** The value of a parameter; undefined while it is inactive. Parameters may have the names of object methods. */
export function valueIn(config: Config | undefined, name: string): Json | undefined {
  return config && Object.hasOwn(config, name) ? config[name] : undefined;
}

/** The value that a parameter had in the end. */
export function finalValue({ config, learned = {} }: TrialValues, name: string): Json | undefined {
  return Object.hasOwn(learned, name) ? learned[name]!.end : valueIn(config, name);
}

/** 32, 0.001234, adam, [64,32]; a dash for a parameter that is inactive. */
export function formatValue(value: Json | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : formatNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** "0.001 → 0.0042" where the gradient moved the value of a parameter; else the value alone. */
export function formatMove(trial: TrialValues, name: string): string {
  const [from, to] = [valueIn(trial.config, name), finalValue(trial, name)].map(formatValue);
  return from === to ? from! : `${from} → ${to}`;
}

/** "lr 0.001 → 0.0042, units 64" */
export function formatConfig(trial: TrialValues): string {
  return Object.keys(trial.config)
    .map(name => `${name} ${formatMove(trial, name)}`)
    .join(', ');
}

/** What tables call a parameter: those that the validation gradient tunes are marked. */
export function formatName(param: Param): string {
  return isGradientTuned(param) ? `${param.name} (gradient)` : param.name;
}

/** From the default to the best value, in the units of the parameter's search scale: "x 0.3", "+12"; empty when equal. */
export function formatChange(param: Param, from: Json | undefined, to: Json | undefined): string {
  if (JSON.stringify(from) === JSON.stringify(to)) return '';
  if (from === undefined) return 'now used';
  if (to === undefined) return 'unused';
  if (typeof from !== 'number' || typeof to !== 'number' || !('log' in param)) return 'changed';
  if (param.log) return `x ${Number((to / from).toPrecision(3))}`;
  const difference = Number((to - from).toPrecision(4));
  return difference > 0 ? `+${difference}` : String(difference);
}

/** "31.4 % ± 2.1 %": a share, and its deviation over the trees of a forest where there is one. */
export function formatSpread({ share, deviation }: { readonly share: number; readonly deviation?: number }): string {
  return deviation === undefined ? formatShare(share) : `${formatShare(share)} ± ${formatShare(deviation)}`;
}

/** "31.4 %" */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${Math.abs(percent) < 1000 ? percent.toFixed(1) : formatNumber(percent)} %`;
}
