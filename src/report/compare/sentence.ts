/** The first line of every report. Plain text. */
import type { Metric } from '../../space/space-file.ts';
import { median } from '../../stats/median.ts';
import { lossOf } from '../../study/losses.ts';
import { formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import type { Change, Comparison, Shift, Verdict } from './comparison.ts';
import { outcomeOf } from './outcome.ts';
import { fewestValues, isSameToTheBit, type Pair } from './samples.ts';
import { formatAmount, formatP, formatRelative, outcomeWords } from './wording.ts';

/** What a sentence is made from. */
export type Judged = Omit<Verdict, 'sentence'> & { readonly shift: Shift; readonly detectable: number };

/** "Regressed: valLoss 0.245 → 0.262 (+6.9 %, 95 % [+3.1 %, +9.8 %], p = 0.0011, 8 seeds each)." */
export function verdictSentence(verdict: Judged, metric: Metric, parts: Comparison['parts']): string {
  const { outcome, before, after } = verdict;
  const { word } = outcomeWords[outcome];
  if (isSameToTheBit(verdict))
    return `${word}: ${metric.name} ${formatNumber(median(before))}, the same to the bit as last night (${seedsOf(verdict)}).`;
  const values = `${metric.name} ${formatNumber(median(before))} → ${formatNumber(median(after))}`;
  return [`${word}: ${values} (${evidenceOf(verdict, metric)})`, ...meaningOf(verdict), ...reasonsOf(verdict, parts)]
    .join('; ')
    .concat('.');
}

/** "+6.9 %, 95 % [+3.1 %, +9.8 %], p = 0.0011, 8 seeds each": of the metric, not of its losses. */
function evidenceOf(verdict: Judged, { goal }: Metric): string {
  const { shift, adjustedP, before } = verdict;
  const relative = (loss: number): string => formatRelative(lossOf(loss, goal), median(before));
  const ends = goal === 'minimize' ? [shift.low, shift.high] : [shift.high, shift.low];
  return [
    relative(shift.estimate),
    `95 % [${ends.map(relative).join(', ')}]`,
    formatP(shift.p),
    ...(adjustedP === undefined ? [] : [`${formatP(adjustedP)} over all studies`]),
    seedsOf(verdict),
  ].join(', ');
}

function seedsOf({ before, after, isPaired }: Pair): string {
  if (isPaired) return `the same ${before.length} seeds`;
  return before.length === after.length ? `${before.length} seeds each` : `${before.length} and ${after.length} seeds`;
}

function meaningOf({ outcome, noise, detectable, before }: Judged): string[] {
  if (outcome === 'within-noise') return [`a change has to be above ${formatAmount(noise, median(before))} to matter`];
  if (outcome !== 'no-change') return [];
  return [`a change of ${formatAmount(detectable, median(before))} would have been found in four of five nights`];
}

/** Why, where last night's best was trained again: whether that moved, and whether the search did. */
function reasonsOf({ outcome, noise }: Judged, parts: Comparison['parts']): string[] {
  if (!parts) return [];
  const [setting, search] = [outcomeOf(parts.setting, noise), outcomeOf(parts.search, noise)];
  const hasMoved = setting === 'regressed' || setting === 'improved';
  const found = searchReasons[search as keyof typeof searchReasons];
  if (hasMoved) {
    const moved = `the same configuration trains ${setting === 'regressed' ? 'worse' : 'better'} than last night`;
    return [`${[moved, ...(found === undefined ? [] : [found])].join(', ')}: look at what changed`];
  }
  const isJudged = outcome === 'regressed' || outcome === 'improved';
  return isJudged && found !== undefined ? [`last night's best trains as before, ${found}`] : [];
}

const searchReasons = {
  regressed: 'the search found nothing as good',
  improved: 'the search found a better one',
} as const;

/** Why there is no verdict, and what to do about it. */
export function lackSentence(current: Report, previous: Report, differing: readonly Change[], pair: Pair): string {
  if (differing.length > 0) {
    const parts = differing.map(({ what }) => what).join(', ');
    return `${outcomeWords['not-comparable'].word}: ${parts} changed since last night; --force-compare judges all the same.`;
  }
  return `${outcomeWords['not-enough-data'].word}: ${lackOf(current, previous, pair)}`;
}

function lackOf(current: Report, previous: Report, { before, after }: Pair): string {
  const nights = [
    ['tonight', current],
    ['last night', previous],
  ] as const;
  const empty = nights.filter(([, { best }]) => !best).map(([night]) => night);
  if (empty.length > 0) return `no trial completed ${empty.join(' and ')}.`;
  const counts = `${before.length} fresh trainings of last night's best and ${after.length} of tonight's`;
  return `${counts}, a verdict needs ${fewestValues} of each: run with --confirm 8. ${hintOf(current, previous)}`;
}

function hintOf({ best, study }: Report, previous: Report): string {
  const [from, to] = [previous.best!.value!, best!.value!];
  const values = `${study.metric.name} ${formatNumber(from)} → ${formatNumber(to)} (${formatRelative(to - from, from)})`;
  return `The best trials of the searches: ${values}, which proves nothing.`;
}
