/** The area under the curve of the best loss so far, as its mean height: how good a search was all along, not only at its end. */

/** @param count of the losses, from the first one on */
export function areaUnderBest(losses: readonly number[], count: number): number {
  let [best, sum] = [Infinity, 0];
  for (const loss of losses.slice(0, count)) {
    best = Math.min(best, loss);
    sum += best;
  }
  return sum / count;
}
