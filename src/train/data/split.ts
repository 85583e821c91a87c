/**
 * Which rows train, which validate and which test: at random with the classes in proportion, by group, or by time; the
 * shares once, or one of k folds. The parts are put aside one after the other: test, validation, tuning; the rest trains.
 */
import { z } from 'zod';
import { TuneError, type Problem } from '../../errors.ts';
import type { Rng } from '../../study/rng.ts';
import type { LabelledData } from './dataset.ts';
import { byGroups } from './split-groups.ts';
import { byStrata } from './split-strata.ts';
import { byTime } from './split-time.ts';

const share = z.number().gt(0).lt(1);

/** Where the data comes with no test set. */
export const standardTestShare = 0.15;

export const splitKnob = z
  .strictObject({
    validation: share
      .default(0.15)
      .describe(
        'share of the examples, a fixed test set aside, that early stopping and the search look at; with folds, one fold',
      ),
    test: share
      .optional()
      .describe('share of the examples kept for the final score; default 0.15, or the test set the data comes with'),
    tuning: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('share of the examples that tune by gradients: a second validation part'),
    stratify: z.boolean().default(true).describe('keeps the shares of the classes in every part (classification only)'),
    group: z
      .string()
      .optional()
      .describe('column of a csv whose equal rows stay together: patient, user, place; it is no input then'),
    time: z
      .string()
      .optional()
      .describe(
        'column of a csv with numbers or dates: training comes first, then tuning, validation and test; it is no input then',
      ),
    folds: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('k-fold: the rows outside of the test part make k folds, each of which validates once'),
    fold: z
      .int()
      .min(0)
      .optional()
      .describe(
        'the only fold that validates, from 0; default: each in turn, in every trial: its value is their mean, and its model is trained on all of them once more',
      ),
    seed: z.int().min(0).optional().describe("seed of the split; default: the study's seed"),
  })
  .refine(({ fold = 0, folds }) => fold < folds, {
    message: 'there is no such fold',
    path: ['fold'],
    params: { expected: 'a number below "folds"' },
  })
  .prefault({});

type Knobs = z.infer<typeof splitKnob>;

/** Whether a trial trains one model for each fold. */
export function isCrossValidated({ folds, fold }: Knobs): boolean {
  return folds > 1 && fold === undefined;
}

/** Rows of each part, in random order or in that of time; every row of the data set is in exactly one, those for training only last in theirs. */
export interface Split {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
  /** Empty where nothing tunes by gradients. */
  readonly tuning: Int32Array;
}

/** Puts rows aside. */
export interface Divider {
  /**
   * `count` rows, or as near as groups allow, and the rows that are left.
   * @param others parts that the left rows are for: none of them may go without
   */
  take(rows: Int32Array, count: number, others: number): Taken;
  /** Parts of equal size, or as near as groups allow. */
  deal(rows: Int32Array, parts: number): readonly Int32Array[];
}

export interface Taken {
  readonly taken: Int32Array;
  readonly left: Int32Array;
}

/** @throws TuneError DATA_INVALID when a part would be empty, or for what the data does not allow */
export function splitRows(dataset: LabelledData, knobs: Knobs, rng: Rng): Split {
  refuse(contradictions(dataset, knobs));
  const { size, testSize = 0, trainOnly = 0 } = dataset;
  const free = size - trainOnly - testSize;
  const counts = countRows(free, dataset.testSize !== undefined, knobs);
  const divider = dividerOf(dataset, knobs.stratify, rng.fork('groups'));
  const isTuned = counts.tuning > 0 ? 1 : 0;
  const all = rng.shuffle(Int32Array.from({ length: free }, (_, place) => trainOnly + place));
  const tested = divider.take(all, counts.test, Math.max(2, knobs.folds) + isTuned);
  const validated =
    knobs.folds > 1
      ? takeFold(tested.left, divider.deal(tested.left, knobs.folds)[knobs.fold ?? 0]!)
      : divider.take(tested.left, counts.validation, 1 + isTuned);
  const tuned = divider.take(validated.left, counts.tuning, 1);
  const fixed = Int32Array.from({ length: testSize }, (_, place) => trainOnly + free + place);
  const generated = Int32Array.from({ length: trainOnly }, (_, row) => row);
  return {
    train: Int32Array.from([...tuned.left, ...generated]),
    validation: validated.taken,
    test: dataset.testSize === undefined ? tested.taken : fixed,
    tuning: tuned.taken,
  };
}

function dividerOf(dataset: LabelledData, stratify: boolean, rng: Rng): Divider {
  const { times, groups, task, targets, size } = dataset;
  if (times) return byTime(times);
  // Without classes to keep apart, all rows are of one.
  const strata = stratify && task === 'classification' ? Int32Array.from(targets) : new Int32Array(size);
  return groups ? byGroups(groups, strata, rng) : byStrata(strata);
}

function takeFold(rows: Int32Array, taken: Int32Array): Taken {
  const here = new Set(taken);
  return { taken, left: rows.filter(row => !here.has(row)) };
}

/** How many rows each part has, before groups round them. */
function countRows(free: number, hasTest: boolean, knobs: Knobs): Record<'test' | 'validation' | 'tuning', number> {
  const testShare = hasTest ? 0 : (knobs.test ?? standardTestShare);
  const test = Math.round(testShare * free);
  const tuning = Math.round(knobs.tuning * free);
  const validationShare = knobs.folds > 1 ? (1 - testShare) / knobs.folds : knobs.validation;
  const validation = knobs.folds > 1 ? Math.floor((free - test) / knobs.folds) : Math.round(validationShare * free);
  const parts = [
    { name: 'validation', share: validationShare, rows: validation },
    ...(hasTest ? [] : [{ name: 'test', share: testShare, rows: test }]),
    ...(knobs.tuning > 0 ? [{ name: 'tuning', share: knobs.tuning, rows: tuning }] : []),
    {
      name: 'training',
      share: 1 - validationShare - testShare - knobs.tuning,
      rows: free - test - validation - tuning,
    },
  ];
  refuse(
    parts
      .filter(({ rows }) => rows < 1)
      .map(({ name, share }) => ({
        message: `the ${name} part would be empty: a share of ${Number(share.toFixed(4))} of ${free} rows`,
        expected: 'at least one row in each of the parts',
      })),
  );
  return { test, validation, tuning };
}

function contradictions({ testSize, groups, times }: LabelledData, { test, group, time, folds }: Knobs): Problem[] {
  const without = (column: string | undefined, given: unknown): Problem[] =>
    column === undefined || given !== undefined
      ? []
      : [{ message: `the data has no column "${column}" to split by`, expected: 'a csv file with this column' }];
  return [
    ...without(group, groups),
    ...without(time, times),
    ...(testSize !== undefined && test !== undefined ? [twoTests(test, testSize)] : []),
    ...(groups && times ? [{ message: 'the split is by group and by time', expected: 'one of them' }] : []),
    ...(times && folds > 1 ? [{ message: `${folds} folds of a split by time`, expected: 'folds at random' }] : []),
  ];
}

function twoTests(share: number, rows: number): Problem {
  return {
    message: `the split asks for a test share of ${share}, but the data comes with a test set of ${rows} rows`,
    hint: 'leave "test" out of the split, or the test files out of the data',
  };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new TuneError('DATA_INVALID', problems);
}
