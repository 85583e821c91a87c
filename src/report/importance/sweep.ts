/**
 * What a tree predicts on a grid over one or two axes. A point whose coordinates on these axes move passes through the
 * boxes of few leaves, so that all of the grid costs little more than one prediction.
 */
import type { Tree } from './random-forest.ts';

/** Places on one axis, ascending. */
export interface GridAxis {
  readonly axis: number;
  readonly coordinates: Float64Array;
}

/** A grid of one place, for sweeps over one axis; no node has this axis. */
const nowhere: GridAxis = { axis: -2, coordinates: new Float64Array(1) };

/** The mean over points, each with its coordinates on the axes of x and y replaced: rows of y, columns of x. */
export function sweep(tree: Tree, points: readonly Float64Array[], x: GridAxis, y = nowhere): Float64Array {
  const { axis, threshold, left, value } = tree;
  const columns = x.coordinates.length;
  const stride = columns + 1;
  const rows = y.coordinates.length;
  const cuts = [cutsOf(tree, x), cutsOf(tree, y)];
  // Changes of the sum from place to place: each leaf adds its value over a rectangle.
  const changes = new Float64Array((rows + 1) * stride);
  let point = points[0]!;
  const walk = (node: number, fromX: number, toX: number, fromY: number, toY: number): void => {
    let at = node;
    while (axis[at]! >= 0 && axis[at] !== x.axis && axis[at] !== y.axis)
      at = left[at]! + (point[axis[at]!]! <= threshold[at]! ? 0 : 1);
    if (axis[at] === x.axis) {
      const cut = Math.min(toX, Math.max(fromX, cuts[0]![at]!));
      if (cut > fromX) walk(left[at]!, fromX, cut, fromY, toY);
      if (cut < toX) walk(left[at]! + 1, cut, toX, fromY, toY);
    } else if (axis[at]! >= 0) {
      const cut = Math.min(toY, Math.max(fromY, cuts[1]![at]!));
      if (cut > fromY) walk(left[at]!, fromX, toX, fromY, cut);
      if (cut < toY) walk(left[at]! + 1, fromX, toX, cut, toY);
    } else {
      const amount = value[at]!;
      changes[fromY * stride + fromX]! += amount;
      changes[fromY * stride + toX]! -= amount;
      changes[toY * stride + fromX]! -= amount;
      changes[toY * stride + toX]! += amount;
    }
  };
  for (point of points) walk(0, 0, columns, 0, rows);
  return summed(changes, rows, columns).map(sum => sum / points.length);
}

/** Of each node that splits this axis: how many places go left. */
function cutsOf({ axis, threshold }: Tree, grid: GridAxis): Int32Array {
  const cuts = new Int32Array(axis.length);
  for (let node = 0; node < axis.length; node++)
    if (axis[node] === grid.axis) cuts[node] = countUpTo(grid.coordinates, threshold[node]!);
  return cuts;
}

/** How many of the ascending numbers are not above a limit. */
export function countUpTo(ascending: Float64Array, limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Prefix sums over both axes of changes that stand in rows with one place more. */
function summed(changes: Float64Array, rows: number, columns: number): Float64Array {
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let along = 0;
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      along += changes[row * (columns + 1) + column]!;
      values[at] = (row > 0 ? values[at - columns]! : 0) + along;
    }
  }
  return values;
}
