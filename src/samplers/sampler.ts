/** What a sampler is: a technique that makes a Sampler from its knobs. */
import type { Technique } from '../space/technique.ts';
import type { Sampler } from '../study/ports.ts';

export interface SamplerTechnique<Knobs = any> extends Technique<Knobs> {
  create(knobs: Knobs): Sampler;
}

/** Checks a definition's types; the identity at run time. */
export function sampler<Knobs>(definition: SamplerTechnique<Knobs>): SamplerTechnique<Knobs> {
  return definition;
}
