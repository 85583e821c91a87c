/**
 * Whether tonight is worse or better than last night, by fresh trainings of the best configurations of both: trials of a
 * search depend on each other, and the best of many values is a lucky one. A verdict needs a p below 0.05 and an interval
 * outside of what does not matter, as those of criterion.rs (https://bheisler.github.io/criterion.rs/book/analysis.html).
 */
import { detectableShift } from '../../stats/detectable.ts';
import { auc } from '../../stats/mann-whitney.ts';
import { median } from '../../stats/median.ts';
import type { Report } from '../report.ts';
import type { Change, Comparison, Shift } from './comparison.ts';
import { outcomeOf } from './outcome.ts';
import { bestSample, lossesOf, pairOf, sampleAgain, shiftOf, type Sample } from './samples.ts';
import { lackSentence, verdictSentence } from './sentence.ts';

/**
 * @param differing what makes the values of both nights measure different things
 * @param share of the value of last night's best below which a shift does not matter
 */
export function verdictOf(
  current: Report,
  previous: Report,
  differing: readonly Change[],
  share: number,
): Pick<Comparison, 'verdict' | 'parts'> {
  const { metric } = current.study;
  const [from, to] = [bestSample(previous), bestSample(current)];
  const pair = pairOf(from, to);
  const noise = share * Math.abs(pair.before.length > 0 ? median(pair.before) : 0);
  const facts = { ...pair, noise };
  const found = differing.length === 0 ? shiftOf(pair, metric.goal) : undefined;
  if (!found) {
    const outcome = differing.length > 0 ? 'not-comparable' : 'not-enough-data';
    return { verdict: { outcome, sentence: lackSentence(current, previous, differing, pair), ...facts } };
  }
  const { test, ...shift } = found;
  const [before, after] = [lossesOf(pair.before, metric.goal), lossesOf(pair.after, metric.goal)];
  const parts = partsOf(from, sampleAgain(current, previous), to, current);
  const judged = {
    outcome: outcomeOf(shift, noise),
    ...facts,
    shift,
    test,
    // A12: Vargha & Delaney, A critique and improvement of the CL common language effect size statistics, 2000.
    winChance: auc(before, after),
    detectable: noise + detectableShift(before, after, pair.isPaired),
  };
  return { verdict: { ...judged, sentence: verdictSentence(judged, metric, parts) }, ...(parts && { parts }) };
}

function partsOf(before: Sample, again: Sample, after: Sample, { study }: Report): Comparison['parts'] {
  const setting = shiftOf(pairOf(before, again), study.metric.goal);
  const search = shiftOf(pairOf(again, after), study.metric.goal);
  if (!setting || !search) return undefined;
  return { again: again.values, setting: withoutTest(setting), search: withoutTest(search) };
}

function withoutTest({ estimate, low, high, p }: Shift): Shift {
  return { estimate, low, high, p };
}
