/** What pruning saved, and whether it can be trusted. */
import { formatCount, formatNumber } from '../../text.ts';
import type { Report } from '../report.ts';
import { formatShare } from '../values.ts';
import { cell } from './cells.ts';

export function pruningSection({ pruning, study }: Report): string[] {
  if (!pruning) return [];
  const { stopped, steps, savedSteps, controls, wouldStop } = pruning;
  const saved = formatShare(savedSteps / Math.max(1, steps + savedSteps));
  return [
    '#### Pruning',
    '',
    `- The pruner (${cell(study.pruner)}) stopped ${formatCount(stopped)} trials. That spared about ${formatCount(savedSteps)} epochs, ${saved} of what the study would have taken.`,
    ...(controls === 0
      ? []
      : [
          `- ${formatCount(controls)} complete trials ran unpruned, as controls: ${formatCount(wouldStop.length)} of them would have been stopped.`,
        ]),
    ...regret(pruning, study),
  ];
}

function regret({ wouldStop, best, bestWithout }: NonNullable<Report['pruning']>, study: Report['study']): string[] {
  if (wouldStop.length === 0 || best === undefined) return [];
  const name = cell(study.metric.name);
  if (bestWithout === best) return ['- None of those is the best trial: stopping them would have lost nothing.'];
  const instead = bestWithout === undefined ? 'no result at all' : `${name} ${formatNumber(bestWithout)}`;
  return [
    `- Stopping those would have cost the best result: ${instead} in place of ${name} ${formatNumber(best)}. This pruner may be too strict here.`,
  ];
}
