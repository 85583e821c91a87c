/** More trials promise less than the noise of one measurement: Makarova et al. 2022, https://arxiv.org/abs/2104.08166. */
import { formatNumber } from '../../text.ts';
import { convergenceNow, type Convergence } from '../../samplers/convergence.ts';
import type { Advice, AdviceInput } from './advice.ts';
import { setIn } from './patches.ts';

export function notWorthMore(input: AdviceInput): readonly Advice[] {
  const { study, run, convergence: watched } = input.report;
  if (study.metrics && study.metrics.length > 1) return [];
  const found = watched ?? convergenceNow(study.space, study.metric.goal, input.trials);
  if (!found || !isReached(found)) return [];
  const { gain, lastGain, noise, coming, trials } = found;
  const isSet = run.budget.converged === true;
  const stops = isSet ? '' : ', and let studies end there ("converged")';
  return [
    {
      rule: 'not-worth-more',
      text: `After ${trials} trials, ${coming} more promise ${formatNumber(gain)} of ${study.metric.name}, less than the noise of a measurement, ${formatNumber(noise)}: stop${stops}, or change the space.`,
      parameters: [],
      evidence: { gain, lastGain, noise, trials },
      patch: isSet ? [] : setIn(input.file?.written ?? {}, ['budget', 'converged'], true),
      confidence: watched ? 'high' : 'medium',
    },
  ];
}

/** In a single look, what the last trials brought may be luck up to two deviations of a difference of two measurements. */
function isReached({ isReached, gain, lastGain, noise }: Convergence): boolean {
  return isReached || (gain < noise && lastGain < 2 * Math.SQRT2 * noise);
}
