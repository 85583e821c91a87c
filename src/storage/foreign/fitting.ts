/** Which trials of another tool a space allows. */
import { checkGiven } from '../../space/check-given.ts';
import type { Config, Space } from '../../space/space.ts';
import { flawOf } from '../../study/legal.ts';
import { ownValues } from '../distributions.ts';
import type { ForeignStudy, ForeignTrial } from './foreign-study.ts';

export interface Unfit {
  /** "trial 7" */
  readonly source: string;
  readonly reason: string;
}

export interface Fitting {
  readonly fit: readonly ForeignTrial[];
  readonly unfit: readonly Unfit[];
}

/** A trial that came to a result has a whole configuration; of others any part will do. */
export function fitting({ trials, hasSettings = false }: ForeignStudy, space: Space): Fitting {
  const fit: ForeignTrial[] = [];
  const unfit: Unfit[] = [];
  for (const trial of trials) {
    const config = ownValues(space, hasSettings ? withoutSettings(trial.config, space) : trial.config);
    const isWhole = trial.state === 'complete' || trial.state === 'pruned';
    const reason = isWhole ? flawOf(space, config) : checkGiven(space, config)[0]?.message;
    if (reason === undefined) fit.push({ ...trial, config });
    else unfit.push({ source: trial.source, reason });
  }
  return { fit, unfit };
}

function withoutSettings(config: Config, { params }: Space): Config {
  const names = new Set(params.map(({ name }) => name));
  return Object.fromEntries(Object.entries(config).filter(([name]) => names.has(name)));
}
