/** The best trials all lie in a small part of a range, away from its ends: the rest of it costs trials for nothing. */
import { formatDuration, formatNumber } from '../../text.ts';
import { isGradientTuned } from '../../space/gradient-params.ts';
import { countValues, fromUnit, toUnit } from '../../space/scale.ts';
import { tidy } from '../../space/dialects/dialect.ts';
import { quantileOf } from '../../stats/quantile.ts';
import type { Trial } from '../../study/trial.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { isNumeric, type NumericParam } from './knobs.ts';
import { patchParam } from './patches.ts';
import { narrowed } from './ranges.ts';
import { bestTrialOf, rankedTrials, secondsOf, topTrials } from './top.ts';

/** So many of the best trials lie in less than this share of the search scale. */
const [heldShare, widest] = [0.9, 0.25];
/** What is left on either side, as a share of the span from the 5 % to the 95 % quantile. */
const margin = 0.1;
/** A new range is at least so wide. */
const narrowest = 0.05;
const fewestTop = 8;
/** Ranges with fewer values need no narrowing. */
const fewestValues = 8;
/** What ends so near to a bound is another rule's. */
const edge = 0.05;

export function tooWide(input: AdviceInput): readonly Advice[] {
  return input.report.study.space.params
    .filter(isNumeric)
    .filter(param => !isGradientTuned(param) && countValues(param) >= fewestValues)
    .flatMap(param => adviseOn(param, input) ?? []);
}

function adviseOn(param: NumericParam, input: AdviceInput): Advice | undefined {
  const { name } = param;
  const ranked = rankedTrials(input).filter(({ config }) => Object.hasOwn(config, name));
  const unitsOf = (trials: readonly Trial[]): readonly number[] =>
    trials.flatMap(({ config }) => (Object.hasOwn(config, name) ? [toUnit(param, config[name]!)] : []));
  const units = unitsOf(topTrials(input));
  // Where everything lies together, nothing tells what the rest is worth.
  if (units.length < fewestTop || shortest(unitsOf(ranked)) < widest || shortest(units) >= widest) return undefined;
  const best = bestTrialOf(input)?.config[name];
  const [from, to] = [quantileOf(units, 0.05), quantileOf(units, 0.95)] as const;
  if (from < edge || to > 1 - edge) return undefined;
  const around = typeof best === 'number' ? [toUnit(param, best)] : [];
  const [least, most] = [Math.min(from, ...around), Math.max(to, ...around)];
  const reach = Math.max(margin * (most - least), (narrowest - (most - least)) / 2);
  const [low, high] = [least - reach, most + reach].map(u => rounded(param, fromUnit(param, u) as number));
  const next = narrowed(param, low!, high!);
  const outside = ranked.filter(
    ({ config }) => (config[name] as number) < next.low || (config[name] as number) > next.high,
  );
  const savedSeconds = outside.reduce((sum, trial) => sum + secondsOf(trial), 0);
  const range = `from ${formatNumber(next.low)} to ${formatNumber(next.high)}`;
  return {
    rule: 'too-wide',
    text: `The best ${units.length} trials have ${name} in ${formatNumber(100 * (to - from))} % of its range: narrow it to ${range}, which would have saved ${formatDuration(savedSeconds)}.`,
    parameters: [name],
    evidence: { top: units.length, span: to - from, low: next.low, high: next.high, outside: outside.length },
    patch: patchParam(input, next),
    confidence: 'medium',
    savedSeconds,
  };
}

/** Width of the shortest interval that holds most of them: against a single trial far off. */
function shortest(units: readonly number[]): number {
  const ascending = units.toSorted((a, b) => a - b);
  const held = Math.ceil(heldShare * ascending.length);
  const widths = ascending.slice(held - 1).map((last, first) => last - ascending[first]!);
  return Math.min(...widths);
}

/** Few digits read well, and the range is a guess. */
function rounded({ type, step, log, low, high }: NumericParam, value: number): number {
  if (type === 'int' || step !== null) return value;
  const unit = 10 ** (Math.floor(Math.log10(high - low)) - 2);
  return log ? Number(value.toPrecision(3)) : tidy(Math.round(value / unit) * unit);
}
