/** Everything that space.json can name, from the folders that define it. */
import { needsSection } from '../executors/needs.ts';
import type { PrunerTechnique } from '../pruners/pruner.ts';
import type { SamplerTechnique } from '../samplers/sampler.ts';
import type { Sections, SpaceFile } from '../space/space-file.ts';
import { afterSection } from '../train/after/section.ts';
import { dataSection } from '../train/data/section.ts';
import { modelSection, trainSection } from '../train/sections.ts';
import { searchSections } from './search-sections.ts';

export const sections: Sections<SamplerTechnique, PrunerTechnique> = {
  data: dataSection,
  model: modelSection,
  train: trainSection,
  after: afterSection,
  needs: needsSection,
  ...searchSections,
};

/** A space file whose names are all resolved. */
export type TuneFile = SpaceFile<SamplerTechnique, PrunerTechnique>;
