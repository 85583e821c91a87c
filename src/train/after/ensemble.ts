/** The best trials' models as one, whose output is the mean of theirs. Hansen & Salamon 1990, https://doi.org/10.1109/34.58871. */
import { join } from 'node:path';
import type { Trained } from '../compress/compression.ts';
import { outputKind, type LabelledData } from '../data/dataset.ts';
import type { Batches } from '../batches.ts';
import type { Score } from '../evaluate.ts';
import { finishedOutputs, saveKeras } from '../export-model.ts';
import { scoreOutputs } from '../predictions.ts';

export interface Ensemble {
  /** In that of the best model. */
  readonly folder: string;
  /** Numbers of its trials. */
  readonly trials: readonly number[];
  readonly test: Score;
}

export interface Member extends Pick<Trained, 'program' | 'weights'> {
  readonly trial: number;
}

export async function ensemble(
  members: readonly Member[],
  dataset: LabelledData,
  batches: Batches,
  folder: string,
): Promise<Ensemble> {
  const place = 'ensemble';
  await saveKeras(join(folder, place), members, { dataset, batches });
  const outputs = await finishedOutputs(members, dataset, batches, batches.test);
  // As logits: their softmax is the mean again.
  const isProbability = outputKind(dataset) === 'probabilities';
  const raw = isProbability ? outputs.map(share => Math.log(Math.max(share, 1e-30))) : outputs;
  const { loss, ...metrics } = await scoreOutputs(members[0]!.program, batches, batches.test, raw);
  return {
    folder: place,
    trials: members.map(({ trial }) => trial),
    test: { loss: loss!, metrics, examples: batches.test.length },
  };
}
