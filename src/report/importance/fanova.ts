/**
 * fANOVA: which share of the variance of the loss over all of the space each parameter explains alone, and each pair
 * beyond that. Hutter, Hoos & Leyton-Brown 2014, https://proceedings.mlr.press/v32/hutter14.html
 *
 * A leaf of a tree is a box with a value c and a share w of the cube. With f0 = sum of w c and V = sum of w (c - f0)^2, the
 * marginal a_k of an axis over the interval k, of width q_k, is the sum of c w / width over the boxes that contain the
 * interval, and V_j = sum of q_k (a_k - f0)^2. Those sums change at few places: each box adds to an array of differences.
 */
import type { Importance } from './importance.ts';
import type { Tree } from './random-forest.ts';
import { ranked, spread } from './shares.ts';
import { countUpTo } from './sweep.ts';

/** Pairs are looked at among so many parameters. */
const pairedAxes = 4;

/** Undefined where no tree varies. */
export function fanovaOf(trees: readonly Tree[], names: readonly string[]): Importance['fanova'] {
  const varying = trees.map(tree => boxesOf(tree, names.length)).filter(({ variance }) => variance > 0);
  if (varying.length === 0) return undefined;
  const mains = names.map((_, axis) => varying.map(boxes => mainEffect(boxes, axis) / boxes.variance));
  const means = mains.map(shares => spread(shares).mean);
  const top = Array.from(names.keys())
    .toSorted((a, b) => means[b]! - means[a]!)
    .slice(0, pairedAxes);
  const pairs = top.flatMap((a, place) => top.slice(place + 1).map(b => [a, b] as const));
  return {
    shares: ranked(
      names.map(name => ({ name })),
      mains.map(shareOf),
    ),
    pairs: pairs
      .map(([a, b]) => {
        const shares = varying.map(
          (boxes, tree) => pairVariance(boxes, a, b) / boxes.variance - mains[a]![tree]! - mains[b]![tree]!,
        );
        // What is below 0 is rounding.
        return { parameters: [names[a]!, names[b]!] as const, ...shareOf(shares.map(share => Math.max(0, share))) };
      })
      .toSorted((a, b) => b.share - a.share),
    interactions: Math.max(0, 1 - means.reduce((sum, mean) => sum + mean, 0)),
  };
}

function shareOf(values: readonly number[]): { readonly share: number; readonly deviation: number } {
  const { mean, deviation } = spread(values);
  return { share: mean, deviation };
}

/** Leaves of a tree. */
interface Boxes {
  readonly count: number;
  readonly axes: number;
  /** Of each axis: 0, the tree's thresholds in order, 1. */
  readonly edges: readonly Float64Array[];
  /** Numbers of the edges where a box begins and ends, at leaf * axes + axis. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** c - f0 and w. */
  readonly values: Float64Array;
  readonly weights: Float64Array;
  /** V */
  readonly variance: number;
}

function boxesOf({ axis, threshold, left, value }: Tree, axes: number): Boxes {
  const edges = Array.from({ length: axes }, (_, each) => {
    const thresholds = threshold.filter((_, node) => axis[node] === each);
    return Float64Array.from(new Set([0, ...thresholds.toSorted(), 1]));
  });
  const leaves = axis.filter(each => each < 0).length;
  const low = new Int32Array(leaves * axes);
  const high = new Int32Array(leaves * axes);
  const values = new Float64Array(leaves);
  const weights = new Float64Array(leaves);
  const from = new Int32Array(axes);
  const to = Int32Array.from(edges, ({ length }) => length - 1);
  let count = 0;
  const walk = (node: number): void => {
    const split = axis[node]!;
    if (split < 0) {
      low.set(from, count * axes);
      high.set(to, count * axes);
      values[count] = value[node]!;
      weights[count] = edges.reduce((share, edge, each) => share * (edge[to[each]!]! - edge[from[each]!]!), 1);
      count += 1;
      return;
    }
    const cut = countUpTo(edges[split]!, threshold[node]!) - 1;
    const [begin, end] = [from[split]!, to[split]!];
    to[split] = cut;
    walk(left[node]!);
    to[split] = end;
    from[split] = cut;
    walk(left[node]! + 1);
    from[split] = begin;
  };
  walk(0);
  const mean = values.reduce((sum, value, leaf) => sum + value * weights[leaf]!, 0);
  const centred = values.map(value => value - mean);
  const variance = centred.reduce((sum, value, leaf) => sum + weights[leaf]! * value ** 2, 0);
  return { count, axes, edges, low, high, values: centred, weights, variance };
}

/** V_j */
function mainEffect({ count, axes, edges, low, high, values, weights }: Boxes, axis: number): number {
  const edge = edges[axis]!;
  const changes = new Float64Array(edge.length);
  for (let leaf = 0; leaf < count; leaf++) {
    const [from, to] = [low[leaf * axes + axis]!, high[leaf * axes + axis]!];
    const amount = (values[leaf]! * weights[leaf]!) / (edge[to]! - edge[from]!);
    changes[from]! += amount;
    changes[to]! -= amount;
  }
  let [marginal, variance] = [0, 0];
  for (let k = 0; k < edge.length - 1; k++) {
    marginal += changes[k]!;
    variance += (edge[k + 1]! - edge[k]!) * marginal ** 2;
  }
  return variance;
}

/** V_i + V_j + V_ij */
function pairVariance({ count, axes, edges, low, high, values, weights }: Boxes, a: number, b: number): number {
  const [x, y] = [edges[a]!, edges[b]!];
  const stride = x.length;
  const changes = new Float64Array(stride * y.length);
  for (let leaf = 0; leaf < count; leaf++) {
    const [fromX, toX] = [low[leaf * axes + a]!, high[leaf * axes + a]!];
    const [fromY, toY] = [low[leaf * axes + b]!, high[leaf * axes + b]!];
    const amount = (values[leaf]! * weights[leaf]!) / ((x[toX]! - x[fromX]!) * (y[toY]! - y[fromY]!));
    changes[fromY * stride + fromX]! += amount;
    changes[fromY * stride + toX]! -= amount;
    changes[toY * stride + fromX]! -= amount;
    changes[toY * stride + toX]! += amount;
  }
  const marginals = new Float64Array(stride - 1);
  let variance = 0;
  for (let row = 0; row < y.length - 1; row++) {
    let along = 0;
    const height = y[row + 1]! - y[row]!;
    for (let column = 0; column < stride - 1; column++) {
      along += changes[row * stride + column]!;
      marginals[column]! += along;
      variance += (x[column + 1]! - x[column]!) * height * marginals[column]! ** 2;
    }
  }
  return variance;
}
