/**
 * Where a score is highest over a space: many points at a glance, the promising ones exactly, then uphill from some of
 * them and from the best trials: along continuous parameters by slopes, along the others value by value, in turn.
 */
import { decode } from '../space/decode.ts';
import { encode } from '../space/encode.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { countValues, fromUnit, isUnordered, toUnit } from '../space/scale.ts';
import type { Param, Space } from '../space/space.ts';
import { minimize } from '../stats/minimize.ts';
import type { Rng } from '../study/rng.ts';
import { sobol32, sobolDimensions } from './sobol-sequence.ts';

export interface Score {
  /** Cheap, and never below the score. */
  bound(x: Float64Array): number;
  at(x: Float64Array): number;
  /** The score; writes its slopes. */
  slopesAt(x: Float64Array, slopes: Float64Array): number;
}

export interface Candidate {
  readonly x: Float64Array;
  readonly score: number;
}

/** Points at a glance: spread evenly, and about the best trials. Of these as many exactly. Climbs from so many of those. */
const counts = { spread: 1024, near: 256, exact: 192, climbs: 8, climbsOfBest: 2 };
/** Ordered parameters with more values are climbed by slopes first. */
const fewValues = 16;
const climbing = { rounds: 4, least: 1e-4, slope: 1e-3, calls: 40 };

/**
 * Candidates, those with the highest scores first.
 * @param best the best trials
 * @param only for a space with few configurations: those of them that are left
 */
export function search(
  space: Space,
  score: Score,
  best: readonly Float64Array[],
  rng: Rng,
  only?: readonly Float64Array[],
): readonly Candidate[] {
  const place = createPlacer(space);
  const placed = (points: readonly Float64Array[]): readonly Float64Array[] =>
    points.map(place).filter(x => x !== undefined);
  const known = placed(best.map(x => x.slice()));
  const pool = only ?? placed([...spread(space.params.length, rng), ...around(known, rng)]);
  const promising = ranked(pool.map(x => ({ x, score: score.bound(x) }))).slice(0, counts.exact);
  const scored = (points: readonly Float64Array[]): Candidate[] => points.map(x => ({ x, score: score.at(x) }));
  const candidates = ranked(scored(promising.map(({ x }) => x)));
  if (only) return candidates;
  const starts = [...draw(candidates, rng), ...scored(known.slice(0, counts.climbsOfBest))];
  return ranked([...starts.map(start => climb(space, score, place, start)), ...candidates]);
}

function ranked(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => b.score - a.score);
}

/** The best one, and others by chance: as likely as their improvements are great (Gumbel's way of drawing without return). */
function draw([first, ...others]: readonly Candidate[], rng: Rng): readonly Candidate[] {
  if (!first) return [];
  const drawn = others.map(candidate => {
    const gumbel = -Math.log(-Math.log((rng.int(2 ** 32) + 0.5) / 2 ** 32));
    return { candidate, key: candidate.score + gumbel };
  });
  drawn.sort((a, b) => b.key - a.key);
  return [first, ...drawn.slice(0, counts.climbs - 1).map(({ candidate }) => candidate)];
}

/** Moves a point to the legal one that it stands for; undefined where that breaks the constraints. */
type Placer = (point: Float64Array) => Float64Array | undefined;

function createPlacer(space: Space): Placer {
  const { params, constraints } = space;
  if (constraints.length === 0 && params.every(({ when }) => !when)) {
    const sizes = params.map(countValues);
    return point => {
      for (let j = 0; j < sizes.length; j++) point[j] = snap(params[j]!, sizes[j]!, point[j]!);
      return point;
    };
  }
  return point => {
    const config = decode(space, point);
    return isFeasible(space, config) ? encode(space, config) : undefined;
  };
}

function snap(param: Param, size: number, u: number): number {
  if (size === Infinity) return u;
  // The only ones that do not share the interval equally.
  if (param.type === 'int' && param.log) return toUnit(param, fromUnit(param, u));
  return (Math.min(size - 1, Math.floor(u * size)) + 0.5) / size;
}

const sequences = new Map<number, Uint32Array>();

/** Points of a Sobol sequence, shifted digit by digit: as evenly spread, elsewhere each time. */
function spread(dimensions: number, rng: Rng): readonly Float64Array[] {
  const tabled = Math.min(dimensions, sobolDimensions);
  let sequence = sequences.get(tabled);
  if (!sequence) {
    sequence = new Uint32Array(counts.spread * tabled);
    for (let at = 0; at < sequence.length; at++) sequence[at] = sobol32(Math.floor(at / tabled), at % tabled);
    sequences.set(tabled, sequence);
  }
  const shifts = Uint32Array.from({ length: tabled }, () => rng.int(2 ** 32));
  // Rows of one array: V8 keeps larger typed arrays off its heap, each at a cost.
  const cube = new Float64Array(counts.spread * dimensions);
  const points: Float64Array[] = [];
  for (let from = 0; from < sequence.length; from += tabled) {
    const point = cube.subarray(points.length * dimensions, (points.length + 1) * dimensions);
    for (let j = 0; j < dimensions; j++)
      point[j] = j < tabled ? ((sequence[from + j]! ^ shifts[j]!) >>> 0) / 2 ** 32 : rng.uniform();
    points.push(point);
  }
  return points;
}

/** Points about the best ones, from a tenth of the cube to a thousandth away, mirrored at its faces. */
function around(best: readonly Float64Array[], rng: Rng): readonly Float64Array[] {
  if (best.length === 0) return [];
  const dimensions = best[0]!.length;
  const cube = new Float64Array(counts.near * dimensions);
  return Array.from({ length: counts.near }, (_, index) => {
    const width = 10 ** (-1 - (2 * index) / counts.near);
    const point = cube.subarray(index * dimensions, (index + 1) * dimensions);
    point.set(best[index % best.length]!);
    for (let j = 0; j < point.length; j++) {
      const moved = Math.abs(point[j]! + width * rng.normal());
      point[j] = moved > 1 ? Math.max(0, 2 - moved) : moved;
    }
    return point;
  });
}

function climb(space: Space, score: Score, place: Placer, start: Candidate): Candidate {
  let highest = start;
  const offer = (point: Float64Array): void => {
    const x = place(point);
    if (!x) return;
    const found = score.at(x);
    if (found > highest.score) highest = { x, score: found };
  };
  const sizes = space.params.map(countValues);
  for (let round = 0; round < climbing.rounds; round++) {
    const before = highest.score;
    const config = decode(space, highest.x);
    const active = sizes.flatMap((size, j) => (size > 1 && Object.hasOwn(config, space.params[j]!.name) ? [j] : []));
    const isSmooth = (j: number): boolean => sizes[j]! > fewValues && !isUnordered(space.params[j]!);
    const smooth = active.filter(isSmooth);
    if (smooth.length > 0) offer(climbSlopes(score, highest.x, smooth));
    const stepwise = active.filter(j => sizes[j]! < Infinity);
    for (const j of stepwise) {
      const here = highest.x;
      for (const u of isSmooth(j) ? near(here[j]!, sizes[j]!) : all(sizes[j]!))
        if (u !== here[j]) offer(here.with(j, u));
    }
    if (stepwise.length === 0 || highest.score - before < climbing.least) break;
  }
  return highest;
}

function all(size: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => (index + 0.5) / size);
}

function near(u: number, size: number): readonly number[] {
  return [1, 2, 4, 8].flatMap(step => [u - step / size, u + step / size]).filter(other => other > 0 && other < 1);
}

function climbSlopes(score: Score, from: Float64Array, free: readonly number[]): Float64Array {
  const x = from.slice();
  const slopes = new Float64Array(x.length);
  const move = (coordinates: Float64Array): void => {
    for (let i = 0; i < free.length; i++) x[free[i]!] = coordinates[i]!;
  };
  const depth = (coordinates: Float64Array, gradient: Float64Array): number => {
    move(coordinates);
    const height = score.slopesAt(x, slopes);
    for (let i = 0; i < free.length; i++) gradient[i] = -slopes[free[i]!]!;
    return -height;
  };
  const start = free.map(j => from[j]!);
  move(minimize(depth, start, { low: 0, high: 1 }, climbing.slope, climbing.calls).x);
  return x;
}
