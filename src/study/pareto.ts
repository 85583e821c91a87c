/**
 * Several objectives at once: which points dominate which, and how much of the space a set of points dominates. Points are
 * lists of losses, one for each objective. Ranks: Zhang et al. 2015, "An efficient approach to nondominated sorting".
 * Hypervolume: While, Bradstreet & Barone 2012, "A fast way of calculating exact hypervolumes".
 */

export type Point = readonly number[];

/** Whether the first point is nowhere worse than the second, and somewhere better. */
export function dominates(a: Point, b: Point): boolean {
  return isAsGood(a, b) && !isAsGood(b, a);
}

/** Of each point: 0 where no other one dominates it, 1 where only those of rank 0 do, and so on. Equal points share a rank. */
export function nonDominatedRanks(points: readonly Point[]): number[] {
  const ranks = points.map(() => 0);
  const fronts: Point[][] = [];
  for (const index of inOrder(points)) {
    const point = points[index]!;
    // The first front in which nothing dominates it: what a front dominates, all better ones dominate too.
    let [rank, end] = [0, fronts.length];
    while (rank < end) {
      const middle = (rank + end) >> 1;
      if (fronts[middle]!.findLast(other => dominates(other, point))) rank = middle + 1;
      else end = middle;
    }
    (fronts[rank] ??= []).push(point);
    ranks[index] = rank;
  }
  return ranks;
}

/** Indices of the points that no other one dominates, ascending. */
export function paretoFront(points: readonly Point[]): number[] {
  return indicesOf(nonDominatedRanks(points), 0);
}

/** Volume of what the points dominate, up to a reference; points that are not better than it everywhere add nothing. */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const inside = points.filter(point => point.every((value, objective) => value < reference[objective]!));
  return volumeOf(inside, reference);
}

/**
 * Indices of the best points, ascending: by rank, and of the last rank that counts in part those that dominate most together.
 * Optuna 5.0.0 takes the same ones for good examples.
 */
export function bestPoints(points: readonly Point[], count: number): number[] {
  const ranks = nonDominatedRanks(points);
  const chosen: number[] = [];
  for (let rank = 0; chosen.length < Math.min(count, points.length); rank++) {
    const tied = indicesOf(ranks, rank);
    const room = count - chosen.length;
    if (tied.length <= room) chosen.push(...tied);
    else {
      const losses = tied.map(index => points[index]!);
      chosen.push(...chooseByHypervolume(losses, room, referenceOf(losses)).map(place => tied[place]!));
    }
  }
  return chosen.toSorted((a, b) => a - b);
}

/**
 * Indices of points that dominate much together: one after the other, the one that adds most to the hypervolume of those
 * before it (Guerreiro, Fonseca & Paquete 2016, "Greedy hypervolume subset selection in low dimensions"). Points that
 * equal one of them come last.
 */
export function chooseByHypervolume(points: readonly Point[], count: number, reference: Point): number[] {
  const firsts = new Map<string, number>();
  for (const index of inOrder(points)) if (!firsts.has(points[index]!.join())) firsts.set(points[index]!.join(), index);
  const unique = [...firsts.values()];
  // What a point adds only shrinks while others are chosen: an old answer is a bound for the new one.
  const bounds = new Map(unique.map((_, place) => [place, Infinity]));
  const chosen: number[] = [];
  while (chosen.length < count && bounds.size > 0) {
    const others = chosen.map(index => points[index]!);
    let [best, most] = [-1, -Infinity];
    for (const [place, bound] of [...bounds].toSorted((a, b) => b[1] - a[1])) {
      if (bound < most) break;
      const gain = addedBy(points[unique[place]!]!, others, reference);
      bounds.set(place, gain);
      if (gain > most || (gain === most && place < best)) [best, most] = [place, gain];
    }
    bounds.delete(best);
    chosen.push(unique[best]!);
  }
  const copies = points.map((_, index) => index).filter(index => !unique.includes(index));
  return [...chosen, ...copies].slice(0, count);
}

/** A little worse than the worst of the points, in each objective. */
export function referenceOf(points: readonly Point[]): Point {
  return points[0]!.map((_, objective) => {
    const worst = points.reduce((most, point) => Math.max(most, point[objective]!), -Infinity);
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
  });
}

/** By the first objective, then the second, and so on: no point dominates an earlier one. */
function inOrder(points: readonly Point[]): number[] {
  const compare = (a: Point, b: Point): number => {
    const objective = a.findIndex((value, index) => value !== b[index]);
    return objective < 0 ? 0 : a[objective]! - b[objective]!;
  };
  return points.map((_, index) => index).toSorted((a, b) => compare(points[a]!, points[b]!));
}

function indicesOf(ranks: readonly number[], rank: number): number[] {
  return ranks.flatMap((own, index) => (own === rank ? [index] : []));
}

/** Whether the first point is nowhere worse than the second. */
function isAsGood(a: Point, b: Point): boolean {
  return a.every((value, objective) => value <= b[objective]!);
}

/** What a point adds to the hypervolume of others: its own, but for what they dominate of it. */
function addedBy(point: Point, others: readonly Point[], reference: Point): number {
  const own = point.reduce((product, value, objective) => product * (reference[objective]! - value), 1);
  const shared = others.map(other => other.map((value, objective) => Math.max(value, point[objective]!)));
  const added = own - volumeOf(shared, reference);
  // Of volumes that are too large for a number.
  return Number.isNaN(added) ? Infinity : added;
}

/** Of points that are not worse than the reference. */
function volumeOf(points: readonly Point[], reference: Point): number {
  const front: Point[] = [];
  for (const index of inOrder(points)) {
    const point = points[index]!;
    if (!front.findLast(other => isAsGood(other, point))) front.push(point);
  }
  if (reference.length <= 2) return areaOf(front, reference);
  // From the worst in the last objective on: what one adds to the next ones is as high as it is itself.
  const last = reference.length - 1;
  const sorted = front.toSorted((a, b) => b[last]! - a[last]!);
  const bases = sorted.map(point => point.slice(0, last));
  return sorted.reduce((sum, point, index) => {
    const height = reference[last]! - point[last]!;
    return sum + height * addedBy(bases[index]!, bases.slice(index + 1), reference.slice(0, last));
  }, 0);
}

/** In the plane, of a front from left to right: one step of a stair after the other. On a line, its only point's distance. */
function areaOf(front: readonly Point[], [right, top = 1]: Point): number {
  return front.reduce((sum, [x, y = 0], index) => sum + (right! - x!) * ((front[index - 1]?.[1] ?? top) - y), 0);
}
