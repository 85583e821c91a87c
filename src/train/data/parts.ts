/** The rows of each part as the "data" section wants them: the split, with no more training examples than it allows. */
import { z } from 'zod';
import { TuneError } from '../../errors.ts';
import { createRng, type Rng } from '../../study/rng.ts';
import type { LabelledData } from './dataset.ts';
import { isCrossValidated, splitRows, type splitKnob, type Split } from './split.ts';
import { keepUnseenApart } from './zero-shot.ts';

export const trainingExamplesKnob = z
  .int()
  .min(1)
  .optional()
  .describe('use only so many of the training rows, classes in proportion; default: all');

export interface PartKnobs {
  readonly split: z.infer<typeof splitKnob>;
  readonly trainingExamples?: number | undefined;
}

/**
 * @param seed the study's: the parts are the same in every trial
 * @throws TuneError DATA_INVALID when a part would be empty or too small
 */
export function partsOf(dataset: LabelledData, { split, trainingExamples }: PartKnobs, seed: number): Split {
  const splitSeed = split.seed ?? seed;
  const parts = withAllFolds(keepUnseenApart(splitRows(dataset, split, createRng(splitSeed, 'split')), dataset), split);
  if (trainingExamples === undefined) return parts;
  const { trainOnly = 0 } = dataset;
  const real = parts.train.filter(row => row >= trainOnly);
  if (real.length < trainingExamples)
    throw new TuneError('DATA_INVALID', {
      message: `trainingExamples is ${trainingExamples}, but the training part has ${real.length} rows`,
      expected: `at most ${real.length}`,
    });
  const chosen = representative(dataset, real, createRng(splitSeed, 'trainingExamples')).subarray(0, trainingExamples);
  return { ...parts, train: Int32Array.of(...chosen, ...parts.train.filter(row => row < trainOnly)) };
}

/** Where each fold validates in turn, the final model trains on all of them. */
function withAllFolds(parts: Split, split: PartKnobs['split']): Split {
  return isCrossValidated(split) ? { ...parts, train: Int32Array.from([...parts.validation, ...parts.train]) } : parts;
}

/** Rows in an order of which every beginning has the classes in proportion, and is part of every longer one. */
function representative({ task, targets }: LabelledData, rows: Int32Array, rng: Rng): Int32Array {
  const shuffled = rng.shuffle(rows);
  if (task !== 'classification') return shuffled;
  const counts = new Map<number, number>();
  const ranks = Array.from(shuffled, row => {
    const rank = counts.get(targets[row]!) ?? 0;
    counts.set(targets[row]!, rank + 1);
    return rank;
  });
  const placed = ranks.map((rank, index) => {
    const row = shuffled[index]!;
    return { row, place: (rank + 0.5) / counts.get(targets[row]!)! };
  });
  return Int32Array.from(
    placed.toSorted((a, b) => a.place - b.place),
    ({ row }) => row,
  );
}
