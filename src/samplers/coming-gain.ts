/**
 * How much better the best of the next trials is expected to be than the best configuration so far, by a Gaussian process:
 * the trials are chosen one after another where the expected improvement is greatest, each believed to end at its mean
 * (Ginsbourger et al. 2010); the gain is the mean over draws from their joint distribution (Wilson et al. 2018's qEI).
 */
import type { Space } from '../space/space.ts';
import { decompose } from '../stats/cholesky.ts';
import { createRng, type Rng } from '../study/rng.ts';
import { choose, fit, pointsOf, type Example } from './gp-examples.ts';
import { createPosterior, type Posterior } from './gp-posterior.ts';
import { createScore } from './gp-score.ts';
import { search } from './gp-search.ts';
import { warp } from './gp-warp.ts';

const [mostExamples, bestCount, draws] = [128, 5, 256];

export interface Outlook {
  /** In units of the loss. */
  readonly gain: number;
  /** Standard deviation of one measurement about what the process believes, near the best one. */
  readonly noise: number;
}

/** Undefined when all losses are equal. */
export function comingGain(space: Space, all: readonly Example[], coming: number): Outlook | undefined {
  const examples = choose(all, mostExamples);
  const { values, slope } = warp(examples.map(({ loss }) => loss));
  if (slope === 0) return undefined;
  const kernel = fit(space, examples);
  const points = pointsOf(space, examples);
  let posterior = createPosterior(kernel, points, values);
  const measured = posterior;
  const ranked = points.rows.map(x => ({ x, mean: measured.at(x).mean })).toSorted((a, b) => a.mean - b.mean);
  // Of noisy measurements the lowest one is a lucky one: what counts is what the process believes.
  const lowest = ranked[0]!.mean;
  const rng = createRng(0, 'coming', all.length);
  const best = ranked.slice(0, bestCount).map(({ x }) => x);
  const candidates = search(space, createScore(posterior, lowest), best, rng).map(({ x }) => x);
  const chosen: Float64Array[] = [];
  while (chosen.length < coming) {
    const { at } = createScore(posterior, lowest);
    const scores = candidates.map(at);
    chosen.push(candidates[scores.indexOf(Math.max(...scores))]!);
    const believed = Float64Array.of(...values, ...chosen.map(x => measured.at(x).mean));
    posterior = createPosterior(kernel, { ...points, rows: [...points.rows, ...chosen] }, believed);
  }
  return { gain: expectedGain(measured, chosen, lowest, rng) / slope, noise: Math.sqrt(kernel.noise) / slope };
}

/** E max(0, lowest - min f(x)) over the points. */
function expectedGain(posterior: Posterior, points: readonly Float64Array[], lowest: number, rng: Rng): number {
  const count = points.length;
  const lower = rootOf(points.map((a, i) => points.slice(0, i + 1).map(b => posterior.covariance(a, b))));
  const means = points.map(x => posterior.at(x).mean);
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const normals = points.map(rng.normal);
    let least = lowest;
    for (let i = 0; i < count; i++) {
      let value = means[i]!;
      for (let j = 0; j <= i; j++) value += lower[i * count + j]! * normals[j]!;
      least = Math.min(least, value);
    }
    sum += lowest - least;
  }
  return sum / draws;
}

/** L of L L^T. Points that are almost the same need a little more on the diagonal. */
function rootOf(triangle: readonly (readonly number[])[]): Float64Array {
  const size = triangle.length;
  for (let more = 1e-8; ; more *= 10) {
    const lower = new Float64Array(size * size);
    triangle.forEach((row, i) => row.forEach((value, j) => (lower[i * size + j] = value + (i === j ? more : 0))));
    if (decompose(lower, size)) return lower;
  }
}
