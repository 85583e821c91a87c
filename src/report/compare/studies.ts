/** Several studies of one night: the more there are, the likelier one of them looks worse by chance. */
import { adjustHolm } from '../../stats/multiple-tests.ts';
import type { Report } from '../report.ts';
import { outcomeOf } from './outcome.ts';
import { isSameToTheBit } from './samples.ts';
import { verdictSentence, type Judged } from './sentence.ts';

/**
 * The same reports, judged together: Holm's correction keeps the chance of any false verdict of the night below 5 %.
 * Studies that came to the same values to the bit have nothing to be wrong about, and do not count.
 */
export function adjustForStudies(reports: readonly Report[]): readonly Report[] {
  const judged = reports.map(judgedOf);
  const ps = judged.flatMap(verdict => (verdict ? [verdict.shift.p] : []));
  if (ps.length < 2) return reports;
  const adjusted = adjustHolm(ps).values();
  return reports.map((report, index) => {
    const verdict = judged[index];
    return verdict ? withAdjusted(report, verdict, adjusted.next().value!) : report;
  });
}

function judgedOf({ comparison }: Report): Judged | undefined {
  const { shift, detectable } = comparison?.verdict ?? {};
  if (!comparison || !shift || detectable === undefined || isSameToTheBit(comparison.verdict)) return undefined;
  return { ...comparison.verdict, shift, detectable };
}

function withAdjusted(report: Report, verdict: Judged, adjustedP: number): Report {
  const { parts } = report.comparison!;
  const outcome = outcomeOf(verdict.shift, verdict.noise, adjustedP);
  const judged = { ...verdict, outcome, adjustedP };
  const sentence = verdictSentence(judged, report.study.metric, parts);
  return { ...report, comparison: { ...report.comparison!, verdict: { ...judged, sentence } } };
}
