/** How a space file, or a pruner that holds others, names a pruner. */
import type { z } from 'zod';
import { chooseOne, type Chosen } from '../space/technique.ts';
import { pruners } from './index.ts';
import type { PrunerTechnique } from './pruner.ts';

export function prunerKnob(): z.ZodType<Chosen<PrunerTechnique>> {
  return chooseOne('pruner', (): Record<string, PrunerTechnique> => pruners);
}
