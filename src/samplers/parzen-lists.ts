/** The kernels of a Parzen estimator on axes with values, each of which has a share of the unit interval. See parzen.ts. */
import { logNormalMass, logNormalMassOfUnit } from '../stats/distributions.ts';
import type { Rng } from '../study/rng.ts';
import type { Axis, Point } from './parzen-axis.ts';

export interface List {
  /** A coordinate, where values have no order. */
  draw(kernel: number, rng: Rng): number | undefined;
  /** Logarithm of the probability of a value, for each kernel. */
  logsAt(coordinate: number): (kernel: number) => number;
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
    logsAt(coordinate) {
      const value = indexAt(coordinate);
      return kernel => (seen[kernel] === unseen ? any : seen[kernel] === value ? same : different);
    },
  };
}

function orderedList({ indexAt, shareAt }: Axis, means: Float64Array, widths: Float64Array): List {
  // Kernels with equal means and widths have the same.
  const rows = rowsOf(means, widths);
  const count = Math.max(...rows) + 1;
  /** For each value that was asked for; NaN: not worked out yet. */
  const logsOf = new Map<number, Float64Array>();
  return {
    draw: () => undefined,
    logsAt(coordinate) {
      const value = indexAt(coordinate);
      const [from, to] = shareAt(coordinate);
      const logs = logsOf.get(value) ?? new Float64Array(count).fill(NaN);
      logsOf.set(value, logs);
      return kernel => {
        const row = rows[kernel]!;
        if (Number.isNaN(logs[row]!)) {
          const [mean, width] = [means[kernel]!, widths[kernel]!];
          logs[row] = logNormalMass((from - mean) / width, (to - mean) / width) - logNormalMassOfUnit(mean, width);
        }
        return logs[row]!;
      };
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
