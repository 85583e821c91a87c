/** What a pruner is: a technique that makes a Pruner from its knobs. */
import type { Technique } from '../space/technique.ts';
import type { Pruner } from '../study/ports.ts';

export interface PrunerTechnique<Knobs = any> extends Technique<Knobs> {
  create(knobs: Knobs): Pruner;
}

/** Checks a definition's types; the identity at run time. */
export function pruner<Knobs>(definition: PrunerTechnique<Knobs>): PrunerTechnique<Knobs> {
  return definition;
}
