/**
 * A random forest of regression trees: each is grown in full on a bootstrap sample, every split the one that leaves the
 * least variance on both sides. Breiman 2001, https://doi.org/10.1023/A:1010933404324; trees as in scikit-learn's
 * RandomForestRegressor, which tries all axes at every split.
 *
 * An axis on which a row has no place (NaN: a parameter that is inactive) cannot be split where such rows are: the
 * parameter that decides whether it is active goes first, and inactive ones need no made-up value.
 */
import { createRng, type Rng } from '../../study/rng.ts';

/** What trees are grown on. */
export interface Table {
  /** Coordinates from 0 to 1, an array for each axis. */
  readonly columns: readonly Float64Array[];
  /** Of each axis: between how many equal cells it is split; Infinity: anywhere. */
  readonly cells: readonly number[];
  readonly targets: Float64Array;
}

/** Nodes by number; 0 is the root. The right child of a node follows its left one. */
export interface Tree {
  /** Axis of the split; -1: a leaf. */
  readonly axis: Int32Array;
  /** Points at or below it go left. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  /** Mean of the targets. */
  readonly value: Float64Array;
}

const deepest = 64;

export function growForest(table: Table, trees: number, seed: number): readonly Tree[] {
  const orders = ordersOf(table);
  return Array.from({ length: trees }, (_, index) => {
    const rng = createRng(seed, 'importance', 'forest', index);
    const weights = new Float64Array(table.targets.length);
    for (let draw = 0; draw < weights.length; draw++) weights[rng.int(weights.length)]! += 1;
    return growTree(table, weights, rng, orders);
  });
}

/** Rows by coordinate, for each axis; those without a place come last. */
function ordersOf({ columns }: Table): readonly Int32Array[] {
  return columns.map(column => {
    const keys = column.map(coordinate => (Number.isNaN(coordinate) ? Infinity : coordinate));
    return Int32Array.from(keys.keys()).toSorted((a, b) =>
      keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b,
    );
  });
}

/** @param weights how often each row counts; 0: not at all */
export function growTree(table: Table, weights: Float64Array, rng: Rng, orders = ordersOf(table)): Tree {
  const { columns, cells, targets } = table;
  const kept = orders.map(order => order.filter(row => weights[row]! > 0));
  const residuals = new Float64Array(targets.length);
  const rows = kept[0]!.length;
  const isLeft = new Uint8Array(targets.length);
  const aside = new Int32Array(rows);
  const axes = rng.shuffle(Int32Array.from(kept.keys()));
  const tree = {
    axis: new Int32Array(2 * rows - 1).fill(-1),
    threshold: new Float64Array(2 * rows - 1),
    left: new Int32Array(2 * rows - 1),
    value: new Float64Array(2 * rows - 1),
  };
  let nodes = 1;

  /** Grows the node over the rows from start to end, which lie together in all orders. */
  const grow = (node: number, start: number, end: number, depth: number): void => {
    let [sum, weight, low, high] = [0, 0, Infinity, -Infinity];
    for (let at = start; at < end; at++) {
      const row = kept[0]![at]!;
      sum += weights[row]! * targets[row]!;
      weight += weights[row]!;
      if (targets[row]! < low) low = targets[row]!;
      if (targets[row]! > high) high = targets[row]!;
    }
    const mean = sum / weight;
    tree.value[node] = mean;
    if (low === high || depth === deepest) return;
    for (let at = start; at < end; at++) {
      const row = kept[0]![at]!;
      residuals[row] = weights[row]! * (targets[row]! - mean);
    }
    const split = bestSplit(start, end, weight);
    if (!split) return;
    const { axis, end: middle, threshold } = split;
    for (let at = start; at < end; at++) isLeft[kept[axis]![at]!] = at < middle ? 1 : 0;
    kept.forEach((order, other) => {
      if (other !== axis) partition(order, start, end);
    });
    const left = nodes;
    nodes += 2;
    tree.axis[node] = axis;
    tree.threshold[node] = threshold;
    tree.left[node] = left;
    grow(left, start, middle, depth + 1);
    grow(left + 1, middle, end, depth + 1);
  };

  /** Least variance is left where the two sides' sums of residuals, which add up to 0, are largest for their weights. */
  const bestSplit = (start: number, end: number, weight: number) => {
    let [best, axis, last] = [-1, -1, 0];
    // From a random axis on, so that none is preferred where several splits are as good.
    const first = rng.int(axes.length);
    for (let turn = 0; turn < axes.length; turn++) {
      const candidate = axes[(first + turn) % axes.length]!;
      const order = kept[candidate]!;
      const column = columns[candidate]!;
      const farthest = column[order[end - 1]!]!;
      if (Number.isNaN(farthest) || column[order[start]!] === farthest) continue;
      let [leftSum, leftWeight] = [0, 0];
      let next = column[order[start]!]!;
      for (let at = start; at < end - 1; at++) {
        const row = order[at]!;
        leftSum += residuals[row]!;
        leftWeight += weights[row]!;
        const here = next;
        next = column[order[at + 1]!]!;
        if (here === next) continue;
        const score = (leftSum * leftSum) / (leftWeight * (weight - leftWeight));
        // Differences in the last digits are those of the order of summation.
        if (score <= best * (1 + 1e-12)) continue;
        best = score;
        axis = candidate;
        last = at;
      }
    }
    if (axis < 0) return undefined;
    const [here, next] = [columns[axis]![kept[axis]![last]!]!, columns[axis]![kept[axis]![last + 1]!]!];
    return { axis, end: last + 1, threshold: between(here, next, cells[axis]!) };
  };

  /** Rows that go left before the others, both in the order that they have. */
  const partition = (order: Int32Array, start: number, end: number): void => {
    let [left, right] = [start, 0];
    for (let at = start; at < end; at++) {
      const row = order[at]!;
      if (isLeft[row]) order[left++] = row;
      else aside[right++] = row;
    }
    order.set(aside.subarray(0, right), left);
  };

  grow(0, 0, rows, 0);
  return {
    axis: tree.axis.slice(0, nodes),
    threshold: tree.threshold.slice(0, nodes),
    left: tree.left.slice(0, nodes),
    value: tree.value.slice(0, nodes),
  };
}

/** A number from a on, below b: the border of cells in the middle. */
function between(a: number, b: number, cells: number): number {
  const middle = (a + b) / 2;
  const border = cells === Infinity ? middle : Math.round(middle * cells) / cells;
  return border < b ? border : a;
}

export function predict({ axis, threshold, left, value }: Tree, point: Float64Array): number {
  let node = 0;
  while (axis[node]! >= 0) node = left[node]! + (point[axis[node]!]! <= threshold[node]! ? 0 : 1);
  return value[node]!;
}
