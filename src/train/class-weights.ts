/** Weights of the classes in the training loss, for classes of unequal size or importance. Keras: class_weight. */
import { z } from 'zod';
import { TuneError } from '../errors.ts';
import { suggest } from '../space/nearest.ts';
import type { Dataset } from './data/dataset.ts';

export const classWeightsKnob = z
  .union([z.literal('balanced'), z.record(z.string(), z.number().min(0).max(1e6))])
  .optional()
  .describe(
    'weights of the classes in the training loss: { "rare": 5 }, 1 for those left out; "balanced": each class counts the same in all',
  );

export type ClassWeights = z.infer<typeof classWeightsKnob>;

/** @throws TuneError MODEL_INVALID without classes, or for a class that there is not */
export function refuseUnknownClasses(given: ClassWeights, classes: readonly string[] | undefined): void {
  const path = ['train', 'classWeights'];
  if (given === undefined) return;
  if (!classes)
    throw new TuneError('MODEL_INVALID', {
      path,
      message: 'there are no classes to weigh',
      expected: 'a data set with classes',
    });
  const unknown = given === 'balanced' ? [] : Object.keys(given).filter(name => !classes.includes(name));
  if (unknown.length === 0) return;
  throw new TuneError(
    'MODEL_INVALID',
    unknown.map(name => ({ path: [...path, name], message: `there is no class "${name}"`, ...suggest(name, classes) })),
  );
}

/**
 * Weights with which each class counts the same in all.
 * @param rows the training rows
 */
export function balancedWeights(
  { classes = [], targets }: Pick<Dataset, 'classes' | 'targets'>,
  rows: Int32Array,
): Float32Array {
  const counts = classes.map(() => 0);
  for (const row of rows) counts[targets[row]!]!++;
  return Float32Array.from(counts, count => (count === 0 ? 1 : rows.length / (classes.length * count)));
}
