/** How well a network that learned vectors of classes knows classes that it has never seen. */
import { auc } from '../stats/mann-whitney.ts';
import type { Batches } from './batches.ts';
import type { ClassVectors } from './data/dataset.ts';

export interface ZeroShotScore {
  /** Test examples of classes that were in training: the nearest of all vectors is the right one. */
  readonly seenAccuracy?: number;
  /** Test examples of unseen classes: the nearest of the unseen classes' vectors is the right one. */
  readonly unseenAccuracy?: number;
  /** The same by chance: 1 / number of unseen classes. */
  readonly chance?: number;
  /**
   * "None of the classes seen": chance that an example of a seen class lies nearer to the vectors of the seen classes than
   * one of an unseen class does (area under the ROC curve).
   */
  readonly rejectionAuc?: number;
  /** Similarity below which an example is of none of the seen classes: 95 % of the validation examples are above it. */
  readonly threshold: number;
}

/**
 * @param similarities of test rows: [rows, classes]
 * @param validation the same of validation rows
 */
export function scoreZeroShot(
  { values, length, unseen }: ClassVectors,
  targets: Int32Array | Float32Array,
  rows: Pick<Batches, 'test'>['test'],
  similarities: Float32Array,
  validation: Float32Array,
): ZeroShotScore {
  const classes = values.length / length;
  const seen = Array.from({ length: classes }, (_, index) => index).filter(index => !unseen.includes(index));
  const rowOf = (place: number, all: Float32Array): Float32Array =>
    all.subarray(place * classes, (place + 1) * classes);
  const nearestOf = (row: Float32Array, among: readonly number[]): number =>
    among.reduce((best, index) => (row[index]! > row[best]! ? index : best), among[0]!);
  const affinity = (row: Float32Array): number => row[nearestOf(row, seen)]!;

  const tested = Array.from(rows, (row, place) => ({ target: targets[row]!, row: rowOf(place, similarities) }));
  const known = tested.filter(({ target }) => !unseen.includes(target));
  const unknown = tested.filter(({ target }) => unseen.includes(target));
  const all = [...seen, ...unseen];
  const share = (examples: typeof tested, among: readonly number[]): number =>
    examples.filter(({ target, row }) => nearestOf(row, among) === target).length / examples.length;
  const affinities = Array.from({ length: validation.length / classes }, (_, place) =>
    affinity(rowOf(place, validation)),
  ).toSorted((a, b) => a - b);
  return {
    threshold: affinities[Math.floor(affinities.length * 0.05)]!,
    ...(known.length > 0 && { seenAccuracy: share(known, all) }),
    ...(unknown.length > 0 && { unseenAccuracy: share(unknown, unseen), chance: 1 / unseen.length }),
    ...(known.length > 0 &&
      unknown.length > 0 && {
        rejectionAuc: auc(
          known.map(({ row }) => affinity(row)),
          unknown.map(({ row }) => affinity(row)),
        ),
      }),
  };
}
