/**
 * Tuning by the validation gradient: float parameters that feed nothing but continuous inputs of the training step move
 * while a trial trains (train/hypergradient), and a sampler chooses the others, the structure. How trials start, and which
 * of them are copies of the best, is in gradient-starts.ts; that holds for every sampler once a parameter has
 * "tune": "gradient". Franceschi et al. 2017; Clarke et al. 2022, https://arxiv.org/abs/2110.10461.
 */
import { z } from 'zod';
import { chooseOne } from '../space/technique.ts';
import { samplers } from './index.ts';
import { sampler, type SamplerTechnique } from './sampler.ts';

export const gradient: SamplerTechnique = sampler({
  name: 'gradient',
  summary: 'all parameters that can be follow the validation gradient within a trial; a sampler chooses the structure',
  paper: 'https://arxiv.org/abs/1703.01785, https://arxiv.org/abs/2110.10461',
  knobs: z.strictObject({
    structure: chooseOne('sampler', structures)
      .prefault('tpe' as never)
      .describe('what proposes the values of all other parameters'),
  }),
  create: ({ structure }) => structure.technique.create(structure.knobs),
});

function structures(): Record<string, SamplerTechnique> {
  const { gradient: _, ...others } = samplers;
  return others;
}
