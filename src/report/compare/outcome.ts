/** What a shift comes to. */
import { errorRate } from '../../stats/seeded-shift.ts';
import type { Outcome, Shift } from './comparison.ts';

/**
 * @param noise a shift that is smaller does not matter
 * @param adjustedP after the correction for other studies, where there are some
 */
export function outcomeOf({ p, low, high }: Shift, noise: number, adjustedP = p): Outcome {
  if (adjustedP >= errorRate) return 'no-change';
  return low > noise ? 'regressed' : high < -noise ? 'improved' : 'within-noise';
}
