/** Everything that space.json can name, from the folders that define it. */
import type { PrunerTechnique } from '../pruners/pruner.ts';
import { prunerKnob } from '../pruners/pruner-knob.ts';
import type { SamplerTechnique } from '../samplers/sampler.ts';
import { samplers } from '../samplers/index.ts';
import type { Sections, SpaceFile } from '../space/space-file.ts';
import { chooseOne } from '../space/technique.ts';
import { afterSection } from '../train/after/section.ts';
import { dataSection } from '../train/data/section.ts';
import { modelSection, trainSection } from '../train/sections.ts';

export const sections: Sections<SamplerTechnique, PrunerTechnique> = {
  data: dataSection,
  model: modelSection,
  train: trainSection,
  after: afterSection,
  sampler: chooseOne('sampler', (): Record<string, SamplerTechnique> => samplers),
  pruner: prunerKnob(),
};

/** A space file whose names are all resolved. */
export type TuneFile = SpaceFile<SamplerTechnique, PrunerTechnique>;
