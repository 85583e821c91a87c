/**
 * Local importance: what moves the loss around one configuration. One parameter moves over its range while the others stay;
 * its share is the variance of the predicted loss, over the sum of those of all parameters, as a mean over the trees.
 * Biedenkapp et al. 2018, "CAVE: configuration assessment, visualization and evaluation".
 */
import type { Config } from '../../space/space.ts';
import type { Axis } from './axes.ts';
import type { ForestModel } from './forest-model.ts';
import type { Importance } from './importance.ts';
import type { Tree } from './random-forest.ts';
import { ranked, spread } from './shares.ts';
import { sweep, type GridAxis } from './sweep.ts';

const neighbours = 500;

/** Of the parameters that the configuration has; undefined where nothing moves the loss. */
export function localOf({ axes, trees, pointOf }: ForestModel, config: Config): Importance['local'] {
  const point = pointOf(config);
  const grids = axes.flatMap((each, axis) =>
    Object.hasOwn(config, each.param.name) ? [{ axis, coordinates: neighboursOn(each) }] : [],
  );
  const variances = trees.map(tree => grids.map(grid => varianceAlong(tree, point, grid)));
  const shares = variances
    .map(each => ({ each, total: each.reduce((sum, variance) => sum + variance, 0) }))
    .filter(({ total }) => total > 0)
    .map(({ each, total }) => each.map(variance => variance / total));
  if (shares.length === 0) return undefined;
  return ranked(
    grids.map(({ axis }) => axes[axis]!.param),
    grids.map((_, index) => {
      const { mean, deviation } = spread(shares.map(each => each[index]!));
      return { share: mean, deviation };
    }),
  );
}

/** Evenly over the search scale; all values where there are fewer. */
function neighboursOn({ cells }: Axis): Float64Array {
  const count = Math.min(cells, neighbours);
  return Float64Array.from({ length: count }, (_, index) => (index + 0.5) / count);
}

function varianceAlong(tree: Tree, point: Float64Array, grid: GridAxis): number {
  const values = sweep(tree, [point], grid);
  // From the first one on, so that equal values have no variance at all.
  return spread(Array.from(values, value => value - values[0]!)).deviation ** 2;
}
