/** How often a worker looks for trials, and says that it lives. In milliseconds; chances are from 0 to 1. */

const pulse = 1000;
const jitter = 1000;
const shortestRest = 10;
const longestRest = 2000;

/** From one look to the next, when nobody is notified: not all look at once. */
export function untilNextLook(chance: number): number {
  return pulse + jitter * chance;
}

/**
 * After a look for a trial that another worker was quicker to take: all that are idle hear of each one, and rest the longer
 * the more often that was in vain. A thousand must not ask for every trial at once.
 */
export function restAfter(vain: number, chance: number): number {
  return chance * Math.min(longestRest, shortestRest * 2 ** vain);
}

/** From one sign of life to the next. @param lease in seconds */
export function untilNextSign(lease: number): number {
  return (lease / 3) * 1000;
}
