/** The logarithm of the expected improvement as a score to search by: see log-ei.ts. */
import type { Posterior } from './gp-posterior.ts';
import type { Score } from './gp-search.ts';
import { logImprovement, logImprovementSlopes } from './log-ei.ts';

/** @param lowest what is to be improved upon */
export function createScore(posterior: Posterior, lowest: number): Score {
  return {
    bound: x => logImprovement(posterior.glance(x), lowest),
    at: x => logImprovement(posterior.at(x), lowest),
    slopesAt: (x, slopes) =>
      logImprovement(
        posterior.slopesAt(x, slopes, belief => logImprovementSlopes(belief, lowest)),
        lowest,
      ),
  };
}
