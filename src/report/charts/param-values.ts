/** The trials and parameters that charts of the space are about. */
import { canonical } from '../../space/json.ts';
import type { Json, Param } from '../../space/space.ts';
import { lossOf } from '../../study/losses.ts';
import type { Importance, Share } from '../importance/importance.ts';
import type { Report, ReportedTrial } from '../report.ts';
import { finalValue } from '../values.ts';
import { valuedTrials, type ValuedTrial } from './trials.ts';

/** Complete trials of the search from the best value on, the report's best trial first. */
export function rankedTrials(report: Report): readonly ValuedTrial[] {
  const { goal } = report.study.metric;
  const rank = ({ trial, value }: ValuedTrial): number =>
    trial === report.best?.trial ? -Infinity : lossOf(value, goal);
  return valuedTrials(report).toSorted((a, b) => rank(a) - rank(b) || a.trial - b.trial);
}

/** The values that a parameter had in the end, one for each trial. */
export function valuesOf(param: Param, trials: readonly ReportedTrial[]): readonly (Json | undefined)[] {
  return trials.map(trial => finalValue(trial, param.name));
}

/** Parameters that had more than one value, in the order of the space. */
export function varyingParams({ study }: Report, trials: readonly ReportedTrial[]): readonly Param[] {
  return study.space.params.filter(param => {
    const known = valuesOf(param, trials).filter(value => value !== undefined);
    return new Set(known.map(canonical)).size > 1;
  });
}

/** How much each parameter matters, if that is known. */
export function knownShares(importance: Importance | undefined): readonly Share[] | undefined {
  return importance?.ped ?? importance?.fanova?.shares;
}

/** The most important first: those that separate the best trials from the rest. Without importance, in the order given. */
export function byImportance(params: readonly Param[], importance: Importance | undefined): readonly Param[] {
  const share = new Map((knownShares(importance) ?? []).map(({ parameter, share }) => [parameter, share]));
  return params.toSorted((a, b) => (share.get(b.name) ?? 0) - (share.get(a.name) ?? 0));
}
