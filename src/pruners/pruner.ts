/** What a pruner is: a technique that makes a Pruner from its knobs. */
import { z } from 'zod';
import type { Technique } from '../space/technique.ts';
import type { Direction, Pruner } from '../study/ports.ts';
import { goal, metric, reading } from './reading.ts';

export interface PrunerTechnique<Knobs = any> extends Technique<Knobs> {
  /** @param direction of the values that users see, "minimize" by default; pruners see losses */
  create(knobs: Knobs, direction?: Direction): Pruner;
}

interface Definition<Knobs extends z.ZodObject> extends Omit<PrunerTechnique, 'knobs' | 'create'> {
  readonly knobs: Knobs;
  create(knobs: z.output<Knobs>, direction: Direction): Pruner;
}

/** A technique from its definition; what all pruners have in common is added: they may read another metric. */
export function pruner<Knobs extends z.ZodObject>(definition: Definition<Knobs>): PrunerTechnique {
  return {
    ...definition,
    knobs: definition.knobs.safeExtend({ metric, goal }),
    create({ metric, goal, ...knobs }, direction = 'minimize') {
      const create = (direction: Direction): Pruner => definition.create(knobs, direction);
      return metric === undefined ? create(direction) : reading(metric, goal, create);
    },
  };
}
