/**
 * Early stopping on the validation metric: remembers the best epoch and says when patience has run out.
 * Prechelt 1998, https://doi.org/10.1007/3-540-49430-8_3. Keras: EarlyStopping(restore_best_weights=True).
 */
import { z } from 'zod';

export const earlyStoppingKnob = z
  .union([
    z.literal(false),
    z.strictObject({
      patience: z.int().min(1).max(10_000).default(5).describe('epochs without improvement before training stops'),
      minDelta: z.number().min(0).default(0).describe('a smaller improvement does not reset patience'),
      smoothing: z
        .number()
        .min(0)
        .max(0.99)
        .default(0)
        .describe('share of the earlier losses in the moving average that patience goes by; 0: each loss as it is'),
    }),
  ])
  .prefault({})
  .describe(
    'when to stop; false: train every epoch. The weights of the best epoch are kept in either case (https://doi.org/10.1007/3-540-49430-8_3)',
  );

export type EarlyStopping = z.infer<typeof earlyStoppingKnob>;

export interface Progress {
  readonly bestEpoch: number;
  /** Lowest loss so far. */
  readonly best: number;
  /** Moving average of the losses. */
  readonly smoothed: number;
  /** The loss that the next one must undercut by minDelta to count as progress. */
  readonly reference: number;
  /** Epochs since the reference was undercut. */
  readonly waited: number;
}

export const noProgress: Progress = {
  bestEpoch: 0,
  best: Infinity,
  smoothed: NaN,
  reference: Infinity,
  waited: 0,
};

/** Progress after one more epoch with this validation loss. */
export function advance(progress: Progress, epoch: number, loss: number, stopping: EarlyStopping): Progress {
  const { minDelta, smoothing } = stopping === false ? { minDelta: 0, smoothing: 0 } : stopping;
  const isBest = loss < progress.best;
  const isFirst = Number.isNaN(progress.smoothed);
  const smoothed = isFirst || smoothing === 0 ? loss : smoothing * progress.smoothed + (1 - smoothing) * loss;
  const moved = smoothed < progress.reference - minDelta;
  return {
    bestEpoch: isBest ? epoch : progress.bestEpoch,
    best: isBest ? loss : progress.best,
    smoothed,
    reference: moved ? smoothed : progress.reference,
    waited: moved ? 0 : progress.waited + 1,
  };
}

export function isOutOfPatience(progress: Progress, stopping: EarlyStopping): boolean {
  return stopping !== false && progress.waited >= stopping.patience;
}
