/**
 * The best configuration trained once more, with the values as the gradient has moved them: nothing is tuned now, so the
 * tuning rows train too.
 */
import { join } from 'node:path';
import type { Trained } from '../compress/compression.ts';
import { stepsOf } from '../epochs.ts';
import { score, type Score } from '../evaluate.ts';
import { saveKeras } from '../export-model.ts';
import { fitSection, type TrainingContext } from '../fit-section.ts';
import { stretched } from '../hypergradient/learned-schedule.ts';
import type { LearnedSchedule, Tuning } from '../hypergradient/tuning.ts';
import type { Phase } from '../phases.ts';
import type { Given } from '../step.ts';

/** A model and its scores. */
export interface Rated {
  /** Rows that trained it. */
  readonly examples: number;
  readonly validation: Score;
  readonly test: Score;
}

export interface Replayed extends Rated {
  /** In that of the best model. */
  readonly folder: string;
  readonly epochs: number;
  /** The best model itself. */
  readonly original: Rated;
}

export interface ReplayRequest extends TrainingContext {
  readonly trained: Trained;
  readonly phases: readonly Phase[];
  readonly folder: string;
  /** The epoch whose weights the best model has. */
  readonly bestEpoch: number;
  /** Weights that the trial started from. */
  readonly given?: Given | undefined;
  /** Both absent where the trial did not tune: its values stay as they are. */
  readonly tuning?: Tuning | undefined;
  readonly schedule?: LearnedSchedule | undefined;
}

export async function replayed(request: ReplayRequest): Promise<Replayed> {
  const { trained, phases, folder, bestEpoch, given, tuning, schedule, dataset, batches, graphs } = request;
  // Normalized as before: what was learned is for inputs and losses of that scale, and the scores stay comparable.
  const train = Int32Array.from([...batches.tuning, ...batches.train]);
  const all = { ...batches, train, tuning: new Int32Array(0) };
  const steps = stepsOf(train.length, request.train);
  const fitted = await fitSection(
    phases,
    { ...request, batches: all },
    {
      ...(given && { given }),
      ...(tuning && schedule && { replay: { parameters: tuning.parameters, schedule: stretched(schedule, steps) } }),
      earlyStopping: false,
      keep: 'last',
      // Fewer epochs would make learning rate schedules shorter than they were.
      observe: ({ step }) => (step < bestEpoch ? 'continue' : 'stop'),
    },
  );
  const model = { ...trained, weights: fitted.weights };
  const place = 'replayed';
  await saveKeras(join(folder, place), [model], { dataset, batches });
  const rate = async (rated: Trained, { length }: Int32Array): Promise<Rated> => ({
    examples: length,
    validation: await score(rated, batches, batches.validation, graphs),
    test: await score(rated, batches, batches.test, graphs),
  });
  return {
    folder: place,
    epochs: fitted.epochs,
    ...(await rate(model, train)),
    original: await rate(trained, batches.train),
  };
}
