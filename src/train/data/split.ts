/**
 * Which rows train, which validate and which test. Classes keep their shares in every part (Hamilton's method of largest
 * remainders), so that no class is missing from a small part by chance.
 */
import { z } from 'zod';
import { TuneError } from '../../errors.ts';
import type { Rng } from '../../study/rng.ts';
import type { LabelledData } from './dataset.ts';

const share = z.number().gt(0).lt(1);

export const splitKnob = z
  .strictObject({
    validation: share
      .default(0.15)
      .describe('share of the examples, a fixed test set aside, that early stopping and the search look at'),
    test: share
      .optional()
      .describe('share of the examples kept for the final score; default 0.15, or the test set the data comes with'),
    stratify: z.boolean().default(true).describe('keeps the shares of the classes in every part (classification only)'),
    seed: z.int().min(0).optional().describe("seed of the split; default: the study's seed"),
  })
  .prefault({});

/** Rows of each part, in random order; every row of the data set is in exactly one, those for training only last in theirs. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** @throws TuneError DATA_INVALID when a part would be empty */
export function splitRows(dataset: LabelledData, knobs: z.infer<typeof splitKnob>, rng: Rng): Split {
  const { size, testSize, trainOnly = 0 } = dataset;
  if (testSize !== undefined && knobs.test !== undefined)
    throw new TuneError('DATA_INVALID', {
      message: `the split asks for a test share of ${knobs.test}, but the data comes with a test set of ${testSize} rows`,
      hint: 'leave "test" out of the split, or the test files out of the data',
    });
  const free = size - trainOnly - (testSize ?? 0);
  const testShare = testSize === undefined ? (knobs.test ?? 0.15) : 0;
  const tested = Math.round(testShare * free);
  const validated = Math.round(knobs.validation * free);
  refuseEmptyParts(free, [
    ['validation', knobs.validation, validated],
    ...(testSize === undefined ? [['test', testShare, tested] as const] : []),
    ['training', 1 - knobs.validation - testShare, free - tested - validated],
  ]);

  const groups = groupsOf(dataset, trainOnly, free, knobs.stratify);
  const sizes = countByGroup(groups);
  // The last two rows of a class belong to training and validation, the last one to training.
  const testQuota = tested === 0 ? sizes.map(() => 0) : apportion(tested, sizes, 2);
  const validationQuota = apportion(
    validated,
    sizes.map((count, group) => count - testQuota[group]!),
    1,
  );
  const parts = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  for (const place of rng.shuffle(Int32Array.from({ length: free }, (_, place) => place))) {
    const group = groups[place]!;
    const row = trainOnly + place;
    if (testQuota[group]! > 0) {
      testQuota[group]!--;
      parts.test.push(row);
    } else if (validationQuota[group]! > 0) {
      validationQuota[group]!--;
      parts.validation.push(row);
    } else parts.train.push(row);
  }
  const test =
    testSize === undefined ? parts.test : Array.from({ length: testSize }, (_, row) => trainOnly + free + row);
  for (let row = 0; row < trainOnly; row++) parts.train.push(row);
  return {
    train: Int32Array.from(parts.train),
    validation: Int32Array.from(parts.validation),
    test: Int32Array.from(test),
  };
}

function refuseEmptyParts(
  rows: number,
  parts: readonly (readonly [name: string, share: number, rows: number])[],
): void {
  const empty = parts.filter(([, , count]) => count < 1);
  if (empty.length === 0) return;
  throw new TuneError(
    'DATA_INVALID',
    empty.map(([name, share]) => ({
      message: `the ${name} part would be empty: a share of ${Number(share.toFixed(4))} of ${rows} rows`,
      expected: 'at least one row in each of the parts',
    })),
  );
}

/** Class of each row; without classes to keep apart, all rows are one group. */
function groupsOf({ task, targets }: LabelledData, first: number, rows: number, stratify: boolean): Int32Array {
  if (!stratify || task !== 'classification') return new Int32Array(rows);
  return Int32Array.from(targets.subarray(first, first + rows));
}

function countByGroup(groups: Int32Array): number[] {
  const counts: number[] = [];
  for (const group of groups) counts[group] = (counts[group] ?? 0) + 1;
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
