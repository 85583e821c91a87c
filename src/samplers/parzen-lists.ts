/** The kernels of a Parzen estimator on axes with values, each of which has a share of the unit interval. See parzen.ts. */
import { logNormalMass, logNormalMassOfUnit } from '../stats/distributions.ts';
import type { Rng } from '../study/rng.ts';
import type { Axis, Point } from './parzen-axis.ts';

export interface List {
  /** A coordinate, where values have no order. */
  draw(kernel: number, rng: Rng): number | undefined;
  /** Logarithm of the probability of a value. */
  logAt(kernel: number, coordinate: number): number;
}

/** @param widths are made no narrower than values are */
export function listOf(
  axis: Axis,
  index: number,
  points: readonly Point[],
  means: Float64Array,
  widths: Float64Array,
): List {
  if (!axis.isOrdered) return choiceList(axis, index, points);
  for (let k = 0; k < points.length; k++) {
    const [from, to] = axis.shareAt(means[k]!);
    widths[k] = Math.max(widths[k]!, axis.smoothness * (to - from));
  }
  return orderedList(axis, means, widths);
}

/** In place of the value that was seen. */
const unseen = -1;

/** The value that was seen, a little of every other one: the less, the more were seen. */
function choiceList({ count, indexAt }: Axis, index: number, points: readonly Point[]): List {
  // The prior has seen nothing.
  const seen = new Int32Array(points.length + 1).fill(unseen);
  let known = 0;
  for (let k = 0; k < points.length; k++) {
    if (Number.isNaN(points[k]![index]!)) continue;
    seen[k] = indexAt(points[k]![index]!);
    known += 1;
  }
  const other = 1 / (known + 1);
  const same = Math.log((1 + other) / (1 + count * other));
  const different = Math.log(other / (1 + count * other));
  const any = -Math.log(count);
  return {
    draw(kernel, rng) {
      // Whichever value the share of all values gives, or the one that was seen.
      const isAny = seen[kernel] === unseen || rng.uniform() * (1 + count * other) < count * other;
      return ((isAny ? rng.int(count) : seen[kernel]!) + 0.5) / count;
    },
    logAt(kernel, coordinate) {
      const value = seen[kernel]!;
      return value === unseen ? any : value === indexAt(coordinate) ? same : different;
    },
  };
}

/** Axes with more values have no table of masses. */
const largestTable = 128;

function orderedList({ count, indexAt, shareAt }: Axis, means: Float64Array, widths: Float64Array): List {
  const draw = (): undefined => undefined;
  const massAt = (kernel: number, coordinate: number): number => {
    const [mean, width] = [means[kernel]!, widths[kernel]!];
    const [from, to] = shareAt(coordinate);
    return logNormalMass((from - mean) / width, (to - mean) / width) - logNormalMassOfUnit(mean, width);
  };
  if (count > largestTable) return { draw, logAt: massAt };

  // Kernels with equal means and widths share a row; NaN: not worked out yet.
  const rows = rowsOf(means, widths);
  const table = new Float64Array((Math.max(...rows) + 1) * count).fill(NaN);
  return {
    draw,
    logAt(kernel, coordinate) {
      const cell = rows[kernel]! * count + indexAt(coordinate);
      if (Number.isNaN(table[cell]!)) table[cell] = massAt(kernel, coordinate);
      return table[cell]!;
    },
  };
}

/** A number for each different pair, from 0. */
function rowsOf(firsts: Float64Array, seconds: Float64Array): Int32Array {
  const known = new Map<number, Map<number, number>>();
  let next = 0;
  return firsts.reduce((rows, first, k) => {
    const bySecond = known.get(first) ?? new Map<number, number>();
    known.set(first, bySecond);
    const row = bySecond.get(seconds[k]!) ?? next++;
    bySecond.set(seconds[k]!, row);
    rows[k] = row;
    return rows;
  }, new Int32Array(firsts.length));
}
