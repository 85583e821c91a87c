/** Parameters as axes of the unit cube in which trees split: those of the search scale, but for choices. */
import { countValues, fromUnit, isLogInt, isUnordered, toUnit } from '../../space/scale.ts';
import type { Config, Json, Param } from '../../space/space.ts';
import { valueIn } from '../values.ts';
import type { Rows } from './rows.ts';

export interface Axis {
  readonly param: Param;
  /** Number of values where they share the axis equally: trees split it between two. Infinity for any other. */
  readonly cells: number;
  /** Coordinate of a value, from 0 to 1. */
  place(value: Json): number;
  /** The value at a coordinate. */
  at(coordinate: number): Json;
}

export function axesOf(rows: Rows): readonly Axis[] {
  return rows.params.map(param => {
    const cells = isLogInt(param) ? Infinity : countValues(param);
    return isUnordered(param)
      ? choiceAxis(param, cells, rows)
      : { param, cells, place: value => toUnit(param, value), at: coordinate => fromUnit(param, coordinate) };
  });
}

/**
 * Choices in the order of their mean loss: the best way to divide them in two is between two neighbours in that order.
 * Fisher 1958, "On grouping for maximum homogeneity", https://doi.org/10.1080/01621459.1958.10501479
 */
function choiceAxis(param: Param, cells: number, { trials, losses }: Rows): Axis {
  const cellOf = (value: Json): number => Math.floor(toUnit(param, value) * cells);
  const sums = new Float64Array(cells);
  const counts = new Float64Array(cells);
  trials.forEach(({ config }, row) => {
    const value = valueIn(config, param.name);
    if (value === undefined) return;
    sums[cellOf(value)]! += losses[row]!;
    counts[cellOf(value)]! += 1;
  });
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const means = sums.map((sum, cell) => (counts[cell]! > 0 ? sum / counts[cell]! : mean));
  const order = Array.from(means.keys()).toSorted((a, b) => means[a]! - means[b]!);
  const ranks = new Int32Array(cells);
  order.forEach((cell, rank) => (ranks[cell] = rank));
  return {
    param,
    cells,
    place: value => (ranks[cellOf(value)]! + 0.5) / cells,
    at: coordinate => fromUnit(param, (order[Math.min(cells - 1, Math.floor(coordinate * cells))]! + 0.5) / cells),
  };
}

/** A configuration in the cube; inactive parameters are where `inactive` puts them. */
export function pointOf(axes: readonly Axis[], config: Config, inactive: (axis: Axis) => number): Float64Array {
  return Float64Array.from(axes, axis => {
    const value = valueIn(config, axis.param.name);
    return value === undefined ? inactive(axis) : axis.place(value);
  });
}

/** Where inactive parameters lie when a tree predicts. Splits of a grown tree hardly ever ask for it. */
export function atDefault({ param, place }: Axis): number {
  return place(param.default);
}
