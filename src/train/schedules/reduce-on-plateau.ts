/**
 * Reduce on plateau: times `factor` whenever the validation loss has not fallen by minDelta for `patience` epochs; after
 * that, `cooldown` epochs do not count. Keras: ReduceLROnPlateau.
 */
import { z } from 'zod';
import { endKnob } from './knobs.ts';
import { schedule } from './schedule.ts';

export const reduceOnPlateau = schedule({
  name: 'reduceOnPlateau',
  summary: 'falls when the validation loss no longer does',
  paper: 'https://keras.io/api/callbacks/reduce_lr_on_plateau/',
  shorthand: 'patience',
  knobs: z.strictObject({
    factor: z.number().positive().lt(1).default(0.1).describe('share that is left after each reduction'),
    patience: z.int().min(1).max(10_000).default(10).describe('epochs without improvement before a reduction'),
    minDelta: z.number().min(0).default(1e-4).describe('a smaller improvement is none'),
    cooldown: z.int().min(0).max(10_000).default(0).describe('epochs after a reduction that do not count'),
    min: endKnob('that is kept'),
  }),
  factor({ factor, patience, minDelta, cooldown, min }, { losses }) {
    let [share, best, waited, cooling] = [1, Infinity, 0, 0];
    for (const loss of losses) {
      if (cooling > 0) [cooling, waited] = [cooling - 1, 0];
      if (loss < best - minDelta) [best, waited] = [loss, 0];
      else if (cooling === 0) waited += 1;
      if (waited >= patience && share > min) [share, cooling, waited] = [Math.max(share * factor, min), cooldown, 0];
    }
    return share;
  },
});
