/** What the best trials have in common, and the others have not. */
import type { Json, Param } from '../../space/space.ts';
import { formatValue } from '../values.ts';
import { paramAxis } from './param-axis.ts';
import { valuesOf } from './param-values.ts';
import type { ValuedTrial } from './trials.ts';

/** Parameters in which they agree the most, at most. */
const mostNamed = 2;

/** Values of a list that the best share among them, at most. */
const mostChoices = 3;

/** Of the axis that all trials use, the best may use this much and still count as agreeing. */
const muchNarrower = 0.5;

/**
 * @param trials from the best on
 * @param count how many of them are the best
 * @returns "learningRate from 0.0015 to 0.0091 and optimizer adam"; undefined where they agree in nothing
 */
export function agreement(params: readonly Param[], trials: readonly ValuedTrial[], count: number): string | undefined {
  const found = params.flatMap(param => {
    const axis = paramAxis(param, valuesOf(param, trials));
    const placed = valuesOf(param, trials).map(value => ({ value, at: axis.place(value) }));
    const top = placed.slice(0, count);
    if (top.some(({ at }) => at === undefined)) return [];
    const ascending = top.toSorted((a, b) => a.at! - b.at!);
    const values = ascending.map(({ value }) => value!);
    const spread = spreadOf(
      ascending.map(({ at }) => at!),
      axis.band,
    );
    const whole = spreadOf(
      placed.flatMap(({ at }) => at ?? []).toSorted((a, b) => a - b),
      axis.band,
    );
    const isShort = axis.band === undefined || new Set(values.map(formatValue)).size <= mostChoices;
    return spread <= muchNarrower * whole && isShort
      ? [{ share: spread / whole, text: `${param.name} ${rangeText(values, axis.band)}` }]
      : [];
  });
  const named = found.toSorted((a, b) => a.share - b.share).slice(0, mostNamed);
  return named.length === 0 ? undefined : named.map(({ text }) => text).join(' and ');
}

/** The room that places take: of values from a list, one band each. */
function spreadOf(ascending: readonly number[], band: number | undefined): number {
  return band === undefined ? ascending.at(-1)! - ascending[0]! : band * new Set(ascending).size;
}

function rangeText(values: readonly Json[], band: number | undefined): string {
  const texts = [...new Set(values.map(formatValue))];
  if (texts.length === 1) return texts[0]!;
  return band === undefined ? `from ${texts[0]} to ${texts.at(-1)}` : texts.join(' or ');
}
