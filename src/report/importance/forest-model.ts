/** One random forest over the trials, which all that needs predictions shares. */
import type { Config } from '../../space/space.ts';
import { median } from '../../stats/median.ts';
import { atDefault, axesOf, pointOf, type Axis } from './axes.ts';
import type { Prediction } from './importance.ts';
import { growForest, predict, type Tree } from './random-forest.ts';
import type { Rows } from './rows.ts';
import { spread } from './shares.ts';

/** As many as Optuna has. */
const treeCount = 64;

export interface ForestModel {
  readonly axes: readonly Axis[];
  readonly trees: readonly Tree[];
  /** The trials that it was grown on. */
  readonly rows: Rows;
  pointOf(config: Config): Float64Array;
  /** A loss. */
  predict(config: Config): Prediction;
}

export function forestModel(rows: Rows, seed: number): ForestModel {
  const axes = axesOf(rows);
  const places = rows.trials.map(({ config }) => pointOf(axes, config, () => NaN));
  const table = {
    columns: axes.map((_, axis) => Float64Array.from(places, place => place[axis]!)),
    cells: axes.map(({ cells }) => cells),
    targets: tamed(rows.losses),
  };
  const trees = growForest(table, treeCount, seed);
  const point = (config: Config): Float64Array => pointOf(axes, config, atDefault);
  return {
    axes,
    trees,
    rows,
    pointOf: point,
    predict(config) {
      const place = point(config);
      const { mean, deviation } = spread(trees.map(tree => predict(tree, place)));
      return { value: mean, deviation };
    },
  };
}

/** So many times as far above the median as the best is below it, a loss says no more than that training blew up. */
const farthest = 100;

/** A single trial whose loss is 1e12 would be all that a forest sees. */
function tamed(losses: Float64Array): Float64Array {
  const middle = median(Array.from(losses));
  const best = losses.reduce((a, b) => Math.min(a, b), Infinity);
  const limit = middle > best ? middle + farthest * (middle - best) : Infinity;
  return losses.map(loss => Math.min(loss, limit));
}
