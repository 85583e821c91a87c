/**
 * k-fold cross-validation: one model for each fold, trained on the others; the value is the mean over the folds of their
 * best epochs' values. The model that is kept is trained once more, on the rows of all folds, for as many epochs as the
 * best ones were on average. Stone 1974, https://doi.org/10.1111/j.2517-6161.1974.tb00994.x; scikit-learn: cross_val_score,
 * and refit in GridSearchCV.
 */
import { partsOf, type PartKnobs } from './data/parts.ts';
import type { Observer } from '../study/ports.ts';
import type { Passed } from './backup.ts';
import type { FitOptions, FitResult } from './fit.ts';
import { fitSection, type TrainingContext } from './fit-section.ts';
import type { Phase } from './phases.ts';
import { meanOf } from '../stats/mean.ts';

export interface CrossValidated extends FitResult {
  /** Facts about the trial. */
  readonly scores?: {
    /** The value of each fold. */
    readonly folds: readonly number[];
    /** Their standard deviation, as numpy.std has it. */
    readonly foldDeviation: number;
  };
}

/**
 * @param context with the rows of all folds as those that train
 * @param seed of the split
 */
export async function crossValidate(
  phases: readonly Phase[],
  context: TrainingContext,
  { split, ...knobs }: PartKnobs,
  seed: number,
  options: Pick<FitOptions, 'observe' | 'mustEnd'> & Partial<FitOptions>,
): Promise<CrossValidated> {
  const { dataset, batches } = context;
  const { backup, offerBackup, ...each } = options;
  const found: Passed[] = [];
  let gradientEvaluations = backup?.gradientEvaluations ?? 0;
  const tell = (): ReturnType<Observer> => {
    const { value } = meanPassed(found);
    return options.observe({ step: found.length, value, metrics: found.at(-1)!.metrics });
  };
  for (const best of backup?.passed ?? []) {
    found.push(best);
    // The next one is told of in time for whoever would stop it here.
    await tell();
  }
  for (let fold = found.length; fold < split.folds; fold++) {
    const parts = partsOf(dataset, { ...knobs, split: { ...split, fold } }, seed);
    const divided = await batches.divided(parts);
    try {
      const fitted = await fitSection(phases, { ...context, batches: divided }, { ...each, observe: goOn });
      const { best, stopped } = fitted;
      gradientEvaluations += fitted.gradientEvaluations;
      // Without all of its folds, its value is not comparable.
      if (!best || isCut(stopped))
        return { epochs: 0, curve: fitted.curve, weights: [], gradientEvaluations, ...(stopped && { stopped }) };
      found.push(best);
      await offerBackup?.(() => ({ passed: found, gradientEvaluations, steps: 0, tensors: [] }));
      if ((await tell()) === 'stop' && fold + 1 < split.folds)
        return { ...fitted, ...summary(found), gradientEvaluations, stopped: 'pruner' };
    } finally {
      divided.dispose();
    }
  }
  const { epoch } = meanPassed(found);
  const refitted = await fitSection(phases, context, {
    ...each,
    earlyStopping: false,
    keep: 'last',
    observe: ({ step }) => (step < epoch ? 'continue' : 'stop'),
  });
  const { stopped: _, ...whole } = refitted;
  return { ...whole, ...summary(found), gradientEvaluations: gradientEvaluations + whole.gradientEvaluations };
}

function goOn(): 'continue' {
  return 'continue';
}

function isCut(stopped: FitResult['stopped']): boolean {
  return stopped === 'trial-duration' || stopped === 'interrupted';
}

function summary(found: readonly Passed[]): Required<Pick<CrossValidated, 'best' | 'scores'>> {
  const best = meanPassed(found);
  const folds = found.map(({ value }) => value);
  const variance = meanOf(folds.map(value => (value - best.value) ** 2));
  return { best, scores: { folds, foldDeviation: Math.sqrt(variance) } };
}

function meanPassed(found: readonly Passed[]): Passed {
  const names = Object.keys(found[0]!.metrics);
  return {
    epoch: Math.round(meanOf(found.map(({ epoch }) => epoch))),
    value: meanOf(found.map(({ value }) => value)),
    metrics: Object.fromEntries(names.map(name => [name, meanOf(found.map(({ metrics }) => metrics[name]!))])),
  };
}
