/**
 * Stops a trial whose best value so far is worse than the median of the complete trials' values at the same step.
 * Golovin et al. 2017, "Google Vizier", section 3.2.2, in the form of Optuna's MedianPruner.
 */
import { z } from 'zod';
import { percentileKnobs, percentileRule } from './percentile.ts';
import { pruner } from './pruner.ts';

export const median = pruner({
  name: 'median',
  summary: 'stops trials that are worse than the median of the complete ones at the same step',
  paper: 'https://doi.org/10.1145/3097983.3098043',
  knobs: z.strictObject(percentileKnobs),
  create: knobs => percentileRule({ ...knobs, percentile: 50 }),
});
