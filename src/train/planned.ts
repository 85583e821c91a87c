/** What a configuration makes of a study's templates: how its model trains, and what tunes itself meanwhile. */
import { hypergradientName, isGradientTuned } from '../space/gradient-params.ts';
import type { Config } from '../space/space.ts';
import { configure, type Configured, type Templates } from './configured.ts';
import { eligibility } from './hypergradient/eligible.ts';
import type { Tuning } from './hypergradient/tuning.ts';
import type { DataShape } from './program.ts';

export interface Planned extends Configured {
  /** What the gradient tunes in this configuration; absent where it tunes nothing. */
  readonly tuning?: Tuning;
}

/**
 * Needs no TensorFlow: what is impossible shows before anything trains.
 * @throws TuneError MODEL_INVALID where the configuration makes no model or training that fits the data; the paths of its
 * problems start with "model" or "train"
 */
export function planTraining(templates: Templates, data: DataShape, config: Config): Planned {
  const configured = configure(templates, data, config);
  const mode = config[hypergradientName];
  if (mode !== 'online' && mode !== 'restart') return configured;
  const marked = templates.space.params.filter(isGradientTuned);
  const parameters = eligibility(templates, data, config, marked, configured).tuned;
  if (parameters.length === 0) return configured;
  return { ...configured, tuning: { mode, parameters, knobs: configured.train.hypergradient } };
}
