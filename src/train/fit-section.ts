/** Training as the "train" section of a file says. */
import { createRng } from '../study/rng.ts';
import type { Batches } from './batches.ts';
import { balancedWeights } from './class-weights.ts';
import type { LabelledData } from './data/dataset.ts';
import { fit, type FitOptions, type FitResult } from './fit.ts';
import type { Graphs } from './graphs.ts';
import type { Phase } from './phases.ts';
import type { TrainSection } from './sections.ts';

export interface TrainingContext {
  readonly dataset: LabelledData;
  readonly batches: Batches;
  readonly train: TrainSection;
  readonly metric: FitOptions['metric'];
  /** The trial's: everything random follows from it. */
  readonly seed: number;
  readonly graphs: Graphs;
}

/** @param options what differs from the section; by default nobody watches and nothing interrupts */
export function fitSection(
  phases: readonly Phase[],
  { dataset, batches, train, metric, seed, graphs }: TrainingContext,
  options: Partial<FitOptions> = {},
): Promise<FitResult> {
  const { epochs, batchSize, lastBatch, earlyStopping, schedule, classWeights } = train;
  return fit(phases, batches, {
    epochs,
    batchSize,
    lastBatch,
    earlyStopping,
    schedule,
    metric,
    rng: createRng(seed, 'training'),
    seed,
    observe: () => 'continue',
    mustEnd: () => undefined,
    graphs,
    given: new Map(),
    ...options,
    vectors: {
      ...(classWeights === 'balanced' && { classWeights: balancedWeights(dataset, batches.train) }),
      ...options.vectors,
    },
  });
}
