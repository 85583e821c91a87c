/** The logarithm of the expected improvement as a score to search by: see log-ei.ts. */
import type { Posterior } from './gp-posterior.ts';
import type { Score } from './gp-search.ts';
import { logImprovement, logImprovementSlopes } from './log-ei.ts';

/** @param lowest what is to be improved upon */
export function createScore(posterior: Posterior, lowest: number): Score {
  let [meanSlopes, varianceSlopes] = [new Float64Array(), new Float64Array()];
  return {
    bound: x => logImprovement(posterior.glance(x), lowest),
    at: x => logImprovement(posterior.at(x), lowest),
    slopesAt(x, slopes) {
      if (meanSlopes.length !== x.length)
        [meanSlopes, varianceSlopes] = [new Float64Array(x.length), new Float64Array(x.length)];
      const belief = posterior.slopesAt(x, meanSlopes, varianceSlopes);
      const [byMean, byVariance] = logImprovementSlopes(belief, lowest);
      for (let j = 0; j < slopes.length; j++) slopes[j] = byMean * meanSlopes[j]! + byVariance * varianceSlopes[j]!;
      return logImprovement(belief, lowest);
    },
  };
}
