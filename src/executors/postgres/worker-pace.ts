/**
 * How often a worker looks for trials, and says that it lives: the rarer the more workers there are, so that thousands together
 * leave a database time for other things. In milliseconds; chances are from 0 to 1.
 */

/** Up to as many workers, each looks as often as if it was alone. */
const few = 100;
const shortestPulse = 1000;
const longestPulse = 30_000;
/** For each worker. */
const shortestRest = 1;

/** From one look to the next, when nobody is notified: not all look at once. */
export function untilNextLook(workers: number, chance: number): number {
  return pulseOf(workers) * (1 + chance);
}

/**
 * After a look for a trial that another worker was quicker to take: all that are idle hear of each one, and rest the longer
 * the more often that was in vain.
 */
export function restAfter(workers: number, vain: number, chance: number): number {
  return chance * Math.min(2 * pulseOf(workers), shortestRest * workers * 2 ** vain);
}

function pulseOf(workers: number): number {
  return Math.min(longestPulse, Math.max(1, workers / few) * shortestPulse);
}

/** From one sign of life to the next. @param lease in seconds */
export function untilNextSign(lease: number): number {
  return (lease / 3) * 1000;
}
