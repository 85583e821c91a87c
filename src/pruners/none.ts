/** Lets every trial run to its end. Optuna: NopPruner. */
import { z } from 'zod';
import type { PrunerTechnique } from './pruner.ts';

export const none: PrunerTechnique = {
  name: 'none',
  summary: 'every trial runs to its end',
  knobs: z.strictObject({}),
  create: () => ({ judge: () => 'continue' }),
};
