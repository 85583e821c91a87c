/**
 * A split that keeps the rows of a group together. Groups come in random order, each into the part where it makes the
 * classes' shares in the parts fit best by Pearson's chi-squared; the greedy way of scikit-learn's StratifiedGroupKFold.
 */
import { TuneError } from '../../errors.ts';
import type { Rng } from '../../study/rng.ts';
import type { Divider } from './split.ts';

/** @param groups number of the group of every row; @param strata number of its class */
export function byGroups(groups: Int32Array, strata: Int32Array, rng: Rng): Divider {
  /** @param shares of the rows; @param least number of groups in each part */
  const assign = (rows: Int32Array, shares: readonly number[], least: readonly number[]): Int32Array[] => {
    const tables = countStrata(rows, groups, strata);
    refuseFewGroups(
      tables.size,
      least.reduce((sum, count) => sum + count, 0),
    );
    const totals = totalOf(tables.values());
    const rooms = shares.map(share => new Map([...totals].map(([stratum, count]) => [stratum, share * count])));
    const missing = [...least];
    const partOf = new Map<number, number>();
    const order = rng.fork(tables.size, ...shares).shuffle(Int32Array.from(tables.keys()));
    order.forEach((group, index) => {
      const table = tables.get(group)!;
      const needed = missing.reduce((sum, count) => sum + Math.max(0, count), 0);
      const mayTake = [...shares.keys()].filter(part => order.length - index > needed || missing[part]! > 0);
      const misfits = new Map(mayTake.map(part => [part, misfit(table, rooms[part]!, totals, shares[part]!)]));
      const part = mayTake.reduce((best, part) => (misfits.get(part)! < misfits.get(best)! ? part : best));
      for (const [stratum, count] of table) rooms[part]!.set(stratum, rooms[part]!.get(stratum)! - count);
      missing[part]!--;
      partOf.set(group, part);
    });
    return shares.map((_, part) => rows.filter(row => partOf.get(groups[row]!) === part));
  };
  return {
    take(rows, count, others) {
      if (count === 0) return { taken: rows.subarray(0, 0), left: rows };
      const part = count / rows.length;
      const [taken, left] = assign(rows, [part, 1 - part], [1, others]);
      return { taken: taken!, left: left! };
    },
    deal(rows, parts) {
      const each = Array.from({ length: parts }, () => 1);
      return assign(rows, each.map(() => 1 / parts), each); // prettier-ignore
    },
  };
}

/** Rows by stratum. */
type Table = ReadonlyMap<number, number>;

function countStrata(rows: Int32Array, groups: Int32Array, strata: Int32Array): ReadonlyMap<number, Table> {
  const tables = new Map<number, Map<number, number>>();
  for (const row of rows) {
    const table = tables.get(groups[row]!) ?? new Map<number, number>();
    table.set(strata[row]!, (table.get(strata[row]!) ?? 0) + 1);
    tables.set(groups[row]!, table);
  }
  return tables;
}

function totalOf(tables: Iterable<Table>): Table {
  const totals = new Map<number, number>();
  for (const table of tables)
    for (const [stratum, count] of table) totals.set(stratum, (totals.get(stratum) ?? 0) + count);
  return totals;
}

/** What the group adds to the sum of (rows - quota)^2 / quota. */
function misfit(table: Table, rooms: Table, totals: Table, share: number): number {
  let sum = 0;
  for (const [stratum, count] of table)
    sum += (count * (count - 2 * rooms.get(stratum)!)) / (share * totals.get(stratum)!);
  return sum;
}

function refuseFewGroups(groups: number, parts: number): void {
  if (groups < parts)
    throw new TuneError('DATA_INVALID', {
      message: `there are ${groups} groups left for ${parts} parts of the split`,
      expected: 'at least one group for each of the parts',
    });
}
