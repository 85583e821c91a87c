/** Models that were refused: that is said once, and not tried again while nothing about the model changes. */
import type { NotCompilable } from '../not-compilable.ts';
import type { LayersModel } from './layers-model.ts';
import { structureOf } from './structure.ts';

export interface Refusals {
  has(model: LayersModel): boolean;
  add(model: LayersModel, reason: NotCompilable): void;
}

/** @param consequence "this model trains another way" */
export function createRefusals(consequence: string): Refusals {
  const structures = new WeakMap<LayersModel, string>();
  return {
    has: model => structures.get(model) === structureOf(model),
    add(model, { message }) {
      structures.set(model, structureOf(model));
      process.stderr.write(`${consequence}: ${message}\n`);
    },
  };
}
