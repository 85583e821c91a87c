/** p-values of many tests at once. */

/**
 * Adjusted p-values in the order given. Rejecting those up to a level keeps the expected share of false ones among the
 * rejected below it; where all hypotheses are true, so does the chance of rejecting any. Benjamini & Hochberg,
 * Controlling the false discovery rate, 1995.
 */
export function adjust(ps: readonly number[]): number[] {
  const descending = [...ps.keys()].toSorted((a, b) => ps[b]! - ps[a]!);
  const adjusted = new Array<number>(ps.length);
  let least = 1;
  descending.forEach((index, position) => {
    least = Math.min(least, ps[index]! * (ps.length / (ps.length - position)));
    adjusted[index] = least;
  });
  return adjusted;
}

/**
 * Adjusted p-values in the order given. Rejecting those up to a level keeps the chance of rejecting any true hypothesis
 * below it, however the tests depend on each other: Holm, A simple sequentially rejective multiple test procedure, 1979.
 */
export function adjustHolm(ps: readonly number[]): number[] {
  const ascending = [...ps.keys()].toSorted((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let most = 0;
  ascending.forEach((index, position) => {
    most = Math.min(1, Math.max(most, ps[index]! * (ps.length - position)));
    adjusted[index] = most;
  });
  return adjusted;
}
