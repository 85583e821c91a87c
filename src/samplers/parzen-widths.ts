/** Widths of a Parzen estimator's kernels, as in Optuna 5.0.0. See parzen.ts. */

/** In place of an index. */
const nothing = -1;

/** Bins that points are sorted into, at most. */
const mostBins = 100;

/** The lowest and the highest point of each bin that has one, and the kernels at them: room for one axis after the other. */
const low = new Float64Array(mostBins);
const high = new Float64Array(mostBins);
const lowest = new Int32Array(mostBins);
const highest = new Int32Array(mostBins);

/**
 * Widths of the kernels from one index up to another, which are those of an axis: the farther neighbour's distance; the
 * outermost points look inwards alone, a single point at both ends. No less than the width of bins that the points are
 * sorted into: all but the outermost points of a bin have neighbours too close to matter. Where there is no point, it is that
 * of the prior.
 *
 * @returns the least that they can be
 */
export function setWidths(widths: Float64Array, points: Float64Array, from = 0, to = points.length): number {
  let known = 0;
  for (let k = from; k < to; k++) if (!Number.isNaN(points[k]!)) known += 1;
  const bins = Math.min(mostBins, known + 2);
  const least = 1 / bins;
  low.fill(Infinity);
  high.fill(-Infinity);
  lowest.fill(nothing);
  for (let k = from; k < to; k++) {
    const point = points[k]!;
    if (Number.isNaN(point)) {
      widths[k] = 1;
      continue;
    }
    widths[k] = least;
    let bin = (point * bins) | 0;
    if (bin === bins) bin -= 1;
    // Of equal ones, the oldest counts as the lowest, the newest as the highest.
    if (point < low[bin]!) {
      low[bin] = point;
      lowest[bin] = k;
    }
    if (point >= high[bin]!) {
      high[bin] = point;
      highest[bin] = k;
    }
  }
  let before = nothing;
  for (let bin = 0; bin < bins; bin++) {
    const next = lowest[bin]!;
    if (next === nothing) continue;
    if (before !== nothing) {
      const gap = points[next]! - points[before]!;
      widths[next] = Math.max(widths[next]!, gap);
      widths[before] = Math.max(widths[before]!, gap);
    }
    before = highest[bin]!;
  }
  if (known === 1) widths[before] = Math.max(widths[before]!, points[before]!, 1 - points[before]!);
  return least;
}
