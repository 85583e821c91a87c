/**
 * The maths of CMA-ES: a normal distribution that moves to where the better half of its samples lie, and takes on the shape
 * of the steps that led there. Hansen 2016, "The CMA evolution strategy: a tutorial", https://arxiv.org/abs/1604.00772;
 * numbers of equations are those of version 2, as in the package `cmaes`.
 */
import { symmetricEigen, type Eigen } from '../stats/symmetric-eigen.ts';

/** What depends on dimensions and population alone. */
export interface Strategy {
  readonly dimensions: number;
  readonly population: number;
  readonly weights: Float64Array;
  /** Parents: samples with weights that count. */
  readonly parents: number;
  readonly effective: number;
  readonly rankOne: number;
  readonly rankMu: number;
  readonly sigmaRate: number;
  readonly sigmaDamping: number;
  readonly pathRate: number;
  /** E ||N(0, I)|| */
  readonly length: number;
}

export interface Distribution {
  readonly mean: Float64Array;
  readonly sigma: number;
  /** Row after row. */
  readonly covariance: Float64Array;
  /** Of the covariance: `spreads` are the roots of its eigenvalues, `axes` its eigenvectors as columns. */
  readonly axes: Float64Array;
  readonly spreads: Float64Array;
  readonly sigmaPath: Float64Array;
  readonly covariancePath: Float64Array;
  readonly generation: number;
}

/** (48) */
export function usualPopulation(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(dimensions));
}

export function strategyOf(dimensions: number, population: number): Strategy {
  const n = dimensions;
  const parents = population >> 1;
  // (49)
  const raw = Float64Array.from({ length: population }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const effectiveOf = (part: Float64Array): number => sum(part) ** 2 / sum(part.map(weight => weight ** 2));
  const effective = effectiveOf(raw.subarray(0, parents));
  const effectiveRest = effectiveOf(raw.subarray(parents));
  // (57), (58)
  const rankOne = 2 / ((n + 1.3) ** 2 + effective);
  const rankMu = Math.min(1 - rankOne - 1e-8, (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective));
  // (50), (51), (52), (53)
  const negative = Math.min(
    1 + rankOne / rankMu,
    1 + (2 * effectiveRest) / (effective + 2),
    (1 - rankOne - rankMu) / (n * rankMu),
  );
  const positiveSum = sum(raw.map(weight => Math.max(0, weight)));
  const negativeSum = sum(raw.map(weight => Math.max(0, -weight)));
  const weights = raw.map(weight => (weight >= 0 ? weight / positiveSum : (negative * weight) / negativeSum));
  // (55), (56)
  const sigmaRate = (effective + 2) / (n + effective + 5);
  const sigmaDamping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + sigmaRate;
  const pathRate = (4 + effective / n) / (n + 4 + (2 * effective) / n);
  const length = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n ** 2));
  return {
    dimensions,
    population,
    weights,
    parents,
    effective,
    rankOne,
    rankMu,
    sigmaRate,
    sigmaDamping,
    pathRate,
    length,
  };
}

/** The distribution to begin with. */
export function beginAt(mean: Float64Array, sigma: number, covariance = identity(mean.length)): Distribution {
  const n = mean.length;
  const base = { mean, sigma, sigmaPath: new Float64Array(n), covariancePath: new Float64Array(n), generation: 0 };
  return { ...base, ...decomposed(covariance, n) };
}

/** (38), (39), (40): the point that standard normal numbers stand for. */
export function pointAt({ mean, sigma, axes, spreads }: Distribution, normals: Float64Array): Float64Array {
  const n = mean.length;
  const scaled = normals.map((normal, k) => normal * spreads[k]!);
  return mean.map((middle, i) => middle + sigma * dotRow(axes, i, scaled, n));
}

/** How many standard deviations a point lies from the mean. */
export function distanceOf(distribution: Distribution, point: Float64Array): number {
  const { mean, sigma } = distribution;
  return norm(whitened(distribution, point.map((x, i) => (x - mean[i]!) / sigma))); // prettier-ignore
}

/** @param points of one generation, the best one first */
export function update(now: Distribution, strategy: Strategy, points: readonly Float64Array[]): Distribution {
  const { dimensions: n, weights, parents, effective, rankOne, rankMu, sigmaRate, pathRate } = strategy;
  const generation = now.generation + 1;
  const steps = points.map(point => point.map((x, i) => (x - now.mean[i]!) / now.sigma));
  // (41), (42): the mean of the parents.
  const step = now.mean.map((_, i) => {
    let total = 0;
    for (let k = 0; k < parents; k++) total += weights[k]! * steps[k]![i]!;
    return total;
  });
  const mean = now.mean.map((middle, i) => middle + now.sigma * step[i]!);
  // (43), (44): the step size grows where steps agree.
  const white = whitened(now, step);
  const sigmaPush = Math.sqrt(sigmaRate * (2 - sigmaRate) * effective);
  const sigmaPath = now.sigmaPath.map((past, i) => (1 - sigmaRate) * past + sigmaPush * white[i]!);
  const reached = norm(sigmaPath);
  const growth = (sigmaRate / strategy.sigmaDamping) * (reached / strategy.length - 1);
  const sigma = Math.min(maxSigma, now.sigma * Math.exp(growth));
  // (45): no path while the step size makes up for being too small.
  const isSteady =
    reached / Math.sqrt(1 - (1 - sigmaRate) ** (2 * (generation + 1))) < (1.4 + 2 / (n + 1)) * strategy.length;
  const pathPush = isSteady ? Math.sqrt(pathRate * (2 - pathRate) * effective) : 0;
  const covariancePath = now.covariancePath.map((past, i) => (1 - pathRate) * past + pathPush * step[i]!);
  // (46), (47): the shape of the path, and of the generation.
  const lost = isSteady ? 0 : pathRate * (2 - pathRate);
  const kept = 1 + rankOne * lost - rankOne - rankMu * sum(weights);
  const shares = weights.map((weight, k) =>
    weight >= 0 ? weight : (weight * n) / (norm(whitened(now, steps[k]!)) ** 2 + tiny),
  );
  const covariance = now.covariance.map((past, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    let generationShape = 0;
    for (let k = 0; k < shares.length; k++) generationShape += shares[k]! * steps[k]![i]! * steps[k]![j]!;
    return kept * past + rankOne * covariancePath[i]! * covariancePath[j]! + rankMu * generationShape;
  });
  return { mean, sigma, sigmaPath, covariancePath, generation, ...decomposed(covariance, n) };
}

const tiny = 1e-8;
const maxSigma = 1e32;

/** Negative eigenvalues, which rounding makes, become small ones. */
function decomposed(matrix: Float64Array, n: number): Pick<Distribution, 'covariance' | 'axes' | 'spreads'> {
  const symmetric = matrix.map((value, index) => (value + matrix[(index % n) * n + Math.floor(index / n)]!) / 2);
  const { values, vectors }: Eigen = symmetricEigen(symmetric, n);
  const spreads = values.map(value => Math.sqrt(value < 0 ? tiny : value));
  const covariance = matrix.map((_, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    let total = 0;
    for (let k = 0; k < n; k++) total += vectors[i * n + k]! * spreads[k]! ** 2 * vectors[j * n + k]!;
    return total;
  });
  return { covariance, axes: vectors, spreads };
}

/** C^(-1/2) times a step. */
function whitened({ axes, spreads }: Distribution, step: Float64Array): Float64Array {
  const n = step.length;
  const along = spreads.map((spread, k) => {
    let total = 0;
    for (let i = 0; i < n; i++) total += axes[i * n + k]! * step[i]!;
    return total / spread;
  });
  return step.map((_, i) => dotRow(axes, i, along, n));
}

function dotRow(matrix: Float64Array, row: number, vector: Float64Array, n: number): number {
  let total = 0;
  for (let k = 0; k < n; k++) total += matrix[row * n + k]! * vector[k]!;
  return total;
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, index) => (index % (n + 1) === 0 ? 1 : 0));
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function norm(vector: Float64Array): number {
  return Math.hypot(...vector);
}
