/** The one sentence that people read: the best value, the gain over the defaults, the test score. Plain text. */
import { formatNumber } from '../text.ts';
import type { Score } from '../train/evaluate.ts';
import type { Report } from './report.ts';
import { formatShare } from './values.ts';

/** "valLoss 0.0912 (trial 7, epoch 6), 34.2 % better than the defaults (0.1387)." */
export function headline(report: Report): string {
  const { best, cost, trials } = report;
  if (!best) {
    if (trials.length === 0) return 'No trial ran.';
    return `No trial completed: ${cost.counts.failed} failed, ${cost.counts.pruned} pruned.`;
  }
  const epoch = best.bestEpoch === undefined ? '' : `, epoch ${best.bestEpoch}`;
  const repeated = report.repeated?.find(({ trials }) => trials.includes(best.trial));
  const confirmed = report.confirmed?.find(({ trial }) => trial === best.trial);
  const average =
    confirmed?.mean !== undefined
      ? ` and ${formatNumber(confirmed.mean)} on average of ${confirmed.values.length} fresh trials,`
      : repeated
        ? ` and ${formatNumber(repeated.mean)} on average of ${repeated.trials.length} trials,`
        : ',';
  const value = `${report.study.metric.name} ${formatNumber(best.value!)} (trial ${best.trial}${epoch})`;
  return `${value}${average} ${comparison(report)}.`;
}

function comparison({ best, baseline, gain, confirmed }: Report): string {
  if (!baseline) return 'without a trial of the defaults to compare with';
  if (!gain) return `with nothing to compare: the trial of the defaults ${outcomes[baseline.state]}`;
  if (best!.trial === baseline.trial)
    return `by the defaults: no other ${confirmed ? 'configuration proved' : 'trial was'} better`;
  const { absolute, relative } = gain;
  const amount = relative === undefined ? formatNumber(Math.abs(absolute)) : formatShare(Math.abs(relative));
  // A mean may be worse than the one value of the defaults.
  return `${amount} ${absolute < 0 ? 'worse' : 'better'} than the defaults (${formatNumber(baseline.value!)})`;
}

const outcomes = {
  waiting: 'has not begun',
  running: 'did not end',
  paused: 'is paused',
  interrupted: 'was interrupted',
  complete: 'completed',
  pruned: 'was pruned',
  failed: 'failed',
} as const;

/** What the saved model scored on the test rows; undefined without a test. */
export function testSentence({ model }: Report): string | undefined {
  return model?.test && scoreSentence(model.test);
}

/** "loss 0.102, accuracy 0.9733 on 300 rows that no trial has seen" */
export function scoreSentence({ loss, metrics, examples }: Score): string {
  const list = Object.entries({ loss, ...metrics }).map(([name, score]) => `${name} ${formatNumber(score)}`);
  return `${list.join(', ')} on ${examples} rows that no trial has seen`;
}
