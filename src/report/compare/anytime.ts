/** How good the searches of two nights were all along. */
import { areaUnderBest } from '../../stats/best-so-far.ts';
import { lossOf } from '../../study/losses.ts';
import type { Report } from '../report.ts';
import type { Comparison } from './comparison.ts';

/** Undefined where one of them has no two complete trials. */
export function anytimeOf(current: Report, previous: Report): Comparison['anytime'] {
  const { goal } = current.study.metric;
  const trials = Math.min(current.history.length, previous.history.length);
  if (trials < 2) return undefined;
  const areaOf = ({ history }: Report): number =>
    lossOf(
      areaUnderBest(
        history.map(({ best }) => lossOf(best, goal)),
        trials,
      ),
      goal,
    );
  return { trials, before: areaOf(previous), after: areaOf(current) };
}
