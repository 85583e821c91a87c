/** What the run cost, and what of that was for nothing. */
import { lossOf } from '../../study/losses.ts';
import { formatCount, formatDuration, formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { formatShare } from '../values.ts';
import { cell } from './cells.ts';
import { countTrials, stopReasons } from '../wording.ts';

export function costSection(report: Report): string[] {
  const { cost, run } = report;
  const { trialsPerMinute, wallSeconds, trialSeconds, discardedShare } = cost;
  return [
    '#### Cost',
    '',
    `- Trials: ${countTrials(cost.counts)}; ${formatNumber(trialsPerMinute)} per minute, ${run.slots} at once.`,
    `- This run took ${formatDuration(wallSeconds)}; all trials together took ${formatDuration(trialSeconds)}.`,
    `- ${formatShare(discardedShare)} of the trials' time went into pruned and failed ones.`,
    ...memory(report),
    ...gradients(report),
    ...untunedCopy(report),
    `- The run ended ${stopReasons[run.stopped]}.`,
    ...coming(report),
  ];
}

function memory({ cost: { peakMegabytes } }: Report): string[] {
  return peakMegabytes === undefined ? [] : [`- The process of the trainers took up to ${peakMegabytes} MB of memory.`];
}

/** Worth it or not: what it costs, and what luck alone would bring. */
function coming({ cost }: Report): string[] {
  if (!cost.coming) return [];
  const { trials, seconds, chance } = cost.coming;
  return [
    `- ${trials} more trials take about ${formatDuration(seconds)}. Were all trials random, one of them would be the best with a chance of ${formatShare(chance)}.`,
  ];
}

/** Strategies compare at equal gradients: a trial that tunes by them takes several times those of a plain one. */
function gradients({ cost: { gradientEvaluations } }: Report): string[] {
  if (!gradientEvaluations) return [];
  const { sum, median } = gradientEvaluations;
  return [`- Gradients were taken of ${formatCount(sum)} examples, of ${formatCount(median)} in the median trial.`];
}

/** From a good start, tuning may harm: the untuned copy of a trial tells. */
function untunedCopy({ untuned, trials, study: { metric } }: Report): string[] {
  if (!untuned) return [];
  const valueOf = (number: number): number => trials.find(({ trial }) => trial === number)!.value!;
  const [tuned, copy] = [valueOf(untuned.trial), valueOf(untuned.copy)];
  const difference = lossOf(copy, metric.goal) - lossOf(tuned, metric.goal);
  const verdict = difference > 0 ? 'worse' : difference < 0 ? 'better' : 'as good';
  const values = `${cell(metric.name)} ${formatNumber(copy)} in place of ${formatNumber(tuned)}`;
  return [`- Trial ${untuned.copy}, the untuned copy of trial ${untuned.trial}, was ${verdict}: ${values}.`];
}
