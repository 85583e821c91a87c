/** p-values of many tests at once: Benjamini & Hochberg, Controlling the false discovery rate, 1995. */

/**
 * Adjusted p-values in the order given. Rejecting those up to a level keeps the expected share of false ones among the
 * rejected below it; where all hypotheses are true, so does the chance of rejecting any.
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
