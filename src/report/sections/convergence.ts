/** What more trials promise, in a study that was to end when that is too little. */
import { formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { cell } from './cells.ts';

const gainSources = {
  process: 'by a Gaussian process fitted to the trials',
  records: 'by the distances between the best trials',
};

const noiseSources = {
  repeats: 'trials with the same configuration differ by that',
  process: 'the Gaussian process leaves that unexplained',
  curves: "the best trials' learning curves wiggle by that about their best epochs",
};

export function convergenceSection({ convergence, study }: Report): string[] {
  if (!convergence) return [];
  const { isReached, trials, gain, lastGain, coming, gainFrom, noise, noiseFrom } = convergence;
  const metric = cell(study.metric.name);
  const conclusion = isReached
    ? 'Both improvements are below the noise, and were at the look before: no better trial could be told from a lucky one.'
    : 'More trials may still find a configuration that is better by more than luck.';
  return [
    '#### Convergence',
    '',
    `After ${trials} complete trials:`,
    '',
    `- The next ${coming} trials were expected to improve ${metric} by ${formatNumber(gain)}, ${gainSources[gainFrom]}.`,
    `- The last ${coming} trials had improved it by ${formatNumber(lastGain)}.`,
    `- The noise of one measurement is about ${formatNumber(noise)} (one standard deviation): ${noiseSources[noiseFrom]}.`,
    `- ${conclusion}`,
  ];
}
