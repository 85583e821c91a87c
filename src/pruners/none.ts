/** Lets every trial run to its end. Optuna: NopPruner. */
import { z } from 'zod';
import { pruner } from './pruner.ts';

export const none = pruner({
  name: 'none',
  summary: 'every trial runs to its end',
  knobs: z.strictObject({}),
  create: () => ({ judge: () => 'continue' }),
});
