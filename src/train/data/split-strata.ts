/**
 * A random split that keeps the shares of the classes in every part (Hamilton's method of largest remainders), so that no
 * class is missing from a small part by chance.
 */
import type { Divider } from './split.ts';

/** @param strata number of the class of every row; rows come in random order */
export function byStrata(strata: Int32Array): Divider {
  return {
    take(rows, count, others) {
      const sizes = countByStratum(rows, strata);
      // The last rows of a class belong to the other parts.
      const quota = count === 0 ? sizes.map(() => 0) : apportion(count, sizes, others);
      const isTaken = rows.map(row => (quota[strata[row]!]!-- > 0 ? 1 : 0));
      return { taken: rows.filter((_, index) => isTaken[index]), left: rows.filter((_, index) => !isTaken[index]) };
    },
    deal(rows, parts) {
      // One class after the other in turn: neither the parts nor a class in them differ by more than a row.
      const ordered = rows.toSorted((a, b) => strata[a]! - strata[b]!);
      const partOf = new Map(Array.from(ordered, (row, index) => [row, index % parts]));
      return Array.from({ length: parts }, (_, part) => rows.filter(row => partOf.get(row) === part));
    },
  };
}

function countByStratum(rows: Int32Array, strata: Int32Array): number[] {
  const counts: number[] = [];
  for (const row of rows) counts[strata[row]!] = (counts[strata[row]!] ?? 0) + 1;
  return Array.from(counts, count => count ?? 0);
}

/**
 * Shares `total` rows out to groups in proportion to their sizes. As far as the total allows, every group gets a row and
 * keeps `reserved` rows for the other parts.
 */
function apportion(total: number, sizes: readonly number[], reserved: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const most = sizes.map(size => Math.max(0, size - reserved));
  const quota = sizes.map(size => (total * size) / all);
  const counts = quota.map((exact, group) => Math.min(most[group]!, Math.max(1, Math.floor(exact))));
  let missing = total - counts.reduce((sum, count) => sum + count, 0);
  while (missing !== 0) {
    const step = Math.sign(missing);
    const allowed = (limits: (group: number) => number): number[] =>
      [...counts.keys()].filter(group => (limits(group) - counts[group]!) * step > 0);
    const preferred = allowed(group => (step > 0 ? most[group]! : 1));
    const candidates = preferred.length > 0 ? preferred : allowed(group => (step > 0 ? sizes[group]! : 0));
    // The group that is furthest from its exact quota; the first of equals.
    const chosen = candidates.reduce((best, group) =>
      (quota[group]! - counts[group]!) * step > (quota[best]! - counts[best]!) * step ? group : best,
    );
    counts[chosen]! += step;
    missing -= step;
  }
  return counts;
}
