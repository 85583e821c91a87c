/**
 * Zero-shot data: each class has a vector (attributes, or an embedding of its name), and some classes are kept out of
 * training altogether. Lampert et al. 2009, https://doi.org/10.1109/CVPR.2009.5206594.
 */
import { z } from 'zod';
import { TuneError, type Problem } from '../../errors.ts';
import { suggest } from '../../space/nearest.ts';
import type { ClassVectors, DataDescription, LabelledData } from './dataset.ts';
import type { Split } from './split.ts';

export const zeroShotKnob = z
  .strictObject({
    vectors: z
      .record(z.string(), z.array(z.number()).min(2).max(10_000))
      .describe('the vector of each class: { "cat": [1, 0, 1], "dog": [1, 1, 0] }'),
    unseen: z
      .array(z.string())
      .default([])
      .describe('classes that are kept out of training and validation; all their examples are test examples'),
  })
  .optional()
  .describe(
    'learn a vector per class in place of the class, so that classes without training examples are recognized (https://doi.org/10.1109/CVPR.2009.5206594)',
  );

export type ZeroShot = z.infer<typeof zeroShotKnob>;

/** @throws TuneError DATA_INVALID where vectors and classes do not fit */
export function withVectors<T extends DataDescription>(dataset: T, zeroShot: ZeroShot): T {
  if (!zeroShot) return dataset;
  const { vectors, unseen } = zeroShot;
  const path = ['data', 'zeroShot'];
  const { classes } = dataset;
  if (!classes)
    throw new TuneError('DATA_INVALID', {
      path,
      message: 'the data has no classes',
      expected: 'a classification task',
    });
  const given = Object.entries(vectors);
  const length = given[0]?.[1].length ?? 0;
  const known = (name: string, place: readonly (string | number)[]): Problem[] =>
    classes.includes(name) ? [] : [{ path: place, message: `there is no class "${name}"`, ...suggest(name, classes) }];
  const problems: Problem[] = [
    ...given.flatMap(([name, vector]) => [
      ...known(name, [...path, 'vectors', name]),
      ...faults(vector, length).map(fault => ({ path: [...path, 'vectors', name], ...fault })),
    ]),
    ...classes
      .filter(name => !Object.hasOwn(vectors, name))
      .map(name => ({
        path: [...path, 'vectors'],
        message: `the class "${name}" has no vector`,
        expected: 'a vector for each class of the data',
      })),
    ...unseen.flatMap((name, index) => known(name, [...path, 'unseen', index])),
  ];
  if (problems.length === 0 && classes.length - new Set(unseen).size < 2)
    problems.push({ path: [...path, 'unseen'], message: 'fewer than two classes are left to train on' });
  if (problems.length > 0) throw new TuneError('DATA_INVALID', problems);
  const classVectors: ClassVectors = {
    length,
    values: Float32Array.from(classes.flatMap(name => vectors[name]!)),
    unseen: classes.flatMap((name, index) => (unseen.includes(name) ? [index] : [])),
  };
  return { ...dataset, classVectors };
}

function faults(vector: readonly number[], length: number): Pick<Problem, 'message' | 'expected'>[] {
  if (vector.length !== length)
    return [{ message: `the vector has ${vector.length} numbers`, expected: `${length}, as the first one` }];
  if (vector.every(value => value === 0))
    return [{ message: 'the vector is all zeros', expected: 'a vector with a direction' }];
  return [];
}

/** The split with every example of an unseen class among the test examples; generated ones are left out. */
export function keepUnseenApart(split: Split, { targets, classVectors, trainOnly = 0 }: LabelledData): Split {
  if (!classVectors || classVectors.unseen.length === 0) return split;
  const unseen = new Set(classVectors.unseen);
  const isSeen = (row: number): boolean => !unseen.has(targets[row]!);
  const seen = Object.fromEntries(
    Object.entries(split).map(([part, rows]) => [part, (rows as Int32Array).filter(isSeen)]),
  ) as unknown as Split;
  const moved = Object.values(split as unknown as Record<string, Int32Array>).flatMap(rows =>
    Array.from(rows).filter(row => !isSeen(row) && row >= trainOnly),
  );
  return { ...seen, test: Int32Array.from([...seen.test, ...moved]) };
}
