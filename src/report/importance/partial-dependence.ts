/**
 * Partial dependence: the mean prediction where one parameter, or two, have a given value and the others are as in the
 * trials. Friedman 2001, https://doi.org/10.1214/aos/1013203451, 8.2. Of parameters that are not always active, over
 * trials that have them.
 */
import { toUnit } from '../../space/scale.ts';
import type { Json } from '../../space/space.ts';
import type { ForestModel } from './forest-model.ts';
import type { Importance, Prediction } from './importance.ts';
import { evenly } from './rows.ts';
import { spread } from './shares.ts';
import { sweep } from './sweep.ts';

/** Places on the axis of a parameter that has more values. */
const mostPlaces = 20;
const mostPlacesOfPair = 12;

/** Trials that stand for all. */
const mostPoints = 250;

/** Values of one parameter, and where they lie on its axis. */
interface Grid {
  readonly axis: number;
  readonly values: readonly Json[];
  /** Ascending; those of choices are in another order than the values. */
  readonly coordinates: Float64Array;
  /** Number of the coordinate that belongs to each value. */
  readonly placeOf: readonly number[];
}

/** None where no trial has the parameter. */
export function partialDependence(model: ForestModel, name: string): readonly (Prediction & { readonly at: Json })[] {
  const points = pointsWith(model, [name]);
  if (points.length === 0) return [];
  const grid = gridOn(model, name, mostPlaces);
  const means = model.trees.map(tree => sweep(tree, points, grid));
  return grid.values.map((at, index) => {
    const { mean, deviation } = spread(means.map(each => each[grid.placeOf[index]!]!));
    return { at, value: mean, deviation };
  });
}

/** Rows of the second parameter, columns of the first; undefined where no trial has both. */
export function pairDependence(model: ForestModel, first: string, second: string): Importance['pair'] {
  const points = pointsWith(model, [first, second]);
  if (points.length === 0) return undefined;
  const [x, y] = [first, second].map(name => gridOn(model, name, mostPlacesOfPair)) as [Grid, Grid];
  const means = model.trees.map(tree => sweep(tree, points, x, y));
  const meanAt = (place: number): number => means.reduce((sum, each) => sum + each[place]!, 0) / means.length;
  return {
    x: { parameter: first, at: x.values },
    y: { parameter: second, at: y.values },
    values: y.placeOf.map(row => x.placeOf.map(column => meanAt(row * x.values.length + column))),
  };
}

/** An even sample of the trials that have these parameters. */
function pointsWith({ rows, pointOf }: ForestModel, names: readonly string[]): readonly Float64Array[] {
  const found = rows.trials.filter(({ config }) => names.every(name => Object.hasOwn(config, name)));
  return evenly(found, mostPoints).map(({ config }) => pointOf(config));
}

/** All values of a parameter with few of them, else some from end to end of the search scale. */
function gridOn({ axes }: ForestModel, name: string, most: number): Grid {
  const axis = axes.findIndex(({ param }) => param.name === name);
  const { param, cells, at, place } = axes[axis]!;
  const count = Math.min(cells, most);
  const found = Array.from({ length: count }, (_, index) =>
    at(cells <= most ? (index + 0.5) / count : index / (count - 1)),
  );
  const values = found
    // Neighbours on the log scale may be the same whole number.
    .filter((value, index) => index === 0 || value !== found[index - 1])
    .toSorted((a, b) => toUnit(param, a) - toUnit(param, b));
  const places = values.map(place);
  const coordinates = Float64Array.from(places).toSorted();
  return { axis, values, coordinates, placeOf: places.map(each => coordinates.indexOf(each)) };
}
