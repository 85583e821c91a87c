/** What the run cost, and what of that was for nothing. */
import { formatDuration, formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { formatShare } from '../values.ts';
import { countTrials, stopReasons } from '../wording.ts';

export function costSection({ cost, run }: Report): string[] {
  const { trialsPerMinute, wallSeconds, trialSeconds, discardedShare } = cost;
  return [
    '#### Cost',
    '',
    `- Trials: ${countTrials(cost.counts)}; ${formatNumber(trialsPerMinute)} per minute, ${run.slots} at once.`,
    `- This run took ${formatDuration(wallSeconds)}; all trials together took ${formatDuration(trialSeconds)}.`,
    `- ${formatShare(discardedShare)} of the trials' time went into pruned and failed ones.`,
    `- The run ended ${stopReasons[run.stopped]}.`,
  ];
}
