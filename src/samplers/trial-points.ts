/** Where configurations lie in the unit cube. Parameters that they lack have no coordinate: NaN. */
import { canonical } from '../space/json.ts';
import { countValues, fromUnit, isLegal, isLogInt, isUnordered, shareAt, toUnit } from '../space/scale.ts';
import type { Config, Json, Param, Space } from '../space/space.ts';
import type { Trial } from '../study/trial.ts';
import type { Axis, Point } from './parzen-axis.ts';

export interface Scales {
  readonly axes: readonly Axis[];
  /** Parents before the blocks whose conditions name them. */
  readonly blocks: readonly Block[];
  /** Whether each configuration can be proposed twice: none has a continuous parameter for sure. */
  readonly isCountable: boolean;
  /** A trial's point, worked out once. */
  pointOf(trial: Pick<Trial, 'id' | 'config'>): Point;
  pointAt(config: Config): Point;
}

/** Parameters with the same condition. */
export interface Block {
  readonly indices: readonly number[];
  isActive(point: Point): boolean;
  /** A point with its coordinates of this block from another one, moved to the middle of the values that they stand for. */
  place(drawn: Point, onto: Point): Point;
}

const known = new WeakMap<Space, Scales>();

export function scalesOf(space: Space): Scales {
  const scales = known.get(space) ?? toScales(space);
  known.set(space, scales);
  return scales;
}

function toScales({ params }: Space): Scales {
  const axes = params.map(axisOf);
  const pointAt = (config: Config): Point => params.map(param => coordinateOf(param, config));
  /** By number of trial, as long as the configurations are the same: to look one up in a map takes ten times as long. */
  const points: { readonly config: Config; readonly point: Point }[] = [];
  const byCondition = new Map<string, number[]>();
  params.forEach(({ when = {} }, index) => {
    const condition = canonical(when);
    byCondition.set(condition, [...(byCondition.get(condition) ?? []), index]);
  });
  return {
    axes,
    blocks: [...byCondition.values()].map(indices => toBlock(params, axes, indices)),
    isCountable: !axes.some(({ count }, index) => count === Infinity && !params[index]!.when),
    pointOf({ id, config }) {
      const known = points[id];
      if (known?.config === config) return known.point;
      const point = pointAt(config);
      points[id] = { config, point };
      return point;
    },
    pointAt,
  };
}

function toBlock(params: readonly Param[], axes: readonly Axis[], indices: readonly number[]): Block {
  const conditions = Object.entries(params[indices[0]!]!.when ?? {}).map(([parent, values]) => {
    const place = params.findIndex(({ name }) => name === parent);
    return { place, coordinates: values.map(value => toUnit(params[place]!, value)) };
  });
  return {
    indices,
    isActive: point => conditions.every(({ place, coordinates }) => coordinates.includes(point[place]!)),
    place(drawn, onto) {
      const point = onto.slice();
      for (const index of indices) {
        const isCountable = axes[index]!.count < Infinity;
        point[index] = isCountable ? toUnit(params[index]!, fromUnit(params[index]!, drawn[index]!)) : drawn[index]!;
      }
      return point;
    },
  };
}

function coordinateOf(param: Param, config: Config): number {
  if (!Object.hasOwn(config, param.name) || !isLegal(param, config[param.name]!)) return NaN;
  return toUnit(param, config[param.name]!);
}

/** The configuration at a point. */
export function configAt({ params }: Space, point: Point): Config {
  const config: Record<string, Json> = {};
  params.forEach((param, index) => {
    if (!Number.isNaN(point[index]!)) config[param.name] = fromUnit(param, point[index]!);
  });
  return config;
}

/** Kernels are no narrower than this share of a value's own part of the interval: neighbours are alike. */
const smoothness = 0.5;

export function axisOf(param: Param): Axis {
  const count = countValues(param);
  /** By coordinate; only values have one. */
  const shares = new Map<number, readonly [from: number, to: number]>();
  return {
    count,
    isOrdered: !isUnordered(param) && count > 1,
    smoothness,
    indexAt(coordinate) {
      if (isLogInt(param)) return (fromUnit(param, coordinate) as number) - param.low;
      return Math.min(count - 1, Math.floor(coordinate * count));
    },
    shareAt(coordinate) {
      const share = shares.get(coordinate) ?? shareAt(param, coordinate)!;
      shares.set(coordinate, share);
      return share;
    },
  };
}
