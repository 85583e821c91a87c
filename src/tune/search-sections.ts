/** The samplers and pruners that can be named, apart from all training: what `tune serve` loads. */
import { prunerKnob } from '../pruners/pruner-knob.ts';
import type { SamplerTechnique } from '../samplers/sampler.ts';
import { samplers } from '../samplers/index.ts';
import { chooseOne } from '../space/technique.ts';

export const searchSections = {
  sampler: chooseOne('sampler', (): Record<string, SamplerTechnique> => samplers),
  pruner: prunerKnob(),
};
