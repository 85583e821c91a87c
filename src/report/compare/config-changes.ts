/** From last night's best configuration to tonight's, each parameter in its own units. */
import type { Report } from '../report.ts';
import { finalValue, formatChange } from '../values.ts';
import type { ConfigChange } from './comparison.ts';

/** Changed parameters first; none where a night has no best trial. */
export function configChangesOf(current: Report, previous: Report): readonly ConfigChange[] {
  const [before, after] = [previous.best, current.best];
  if (!before || !after) return [];
  const params = new Map(current.study.space.params.map(param => [param.name, param]));
  for (const param of previous.study.space.params) if (!params.has(param.name)) params.set(param.name, param);
  const rows = [...params.values()].map((param): ConfigChange => {
    const [from, to] = [finalValue(before, param.name), finalValue(after, param.name)];
    return {
      parameter: param.name,
      ...(from !== undefined && { before: from }),
      ...(to !== undefined && { after: to }),
      change: formatChange(param, from, to),
    };
  });
  return [...rows.filter(({ change }) => change !== ''), ...rows.filter(({ change }) => change === '')];
}
