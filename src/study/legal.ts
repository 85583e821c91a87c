/** Whether a configuration belongs to a space. */
import { activeParams } from '../space/active-params.ts';
import { isFeasible } from '../space/is-feasible.ts';
import { isLegal } from '../space/scale.ts';
import { show } from '../space/json.ts';
import type { Config, Space } from '../space/space.ts';

/** What is wrong with a configuration: a missing, foreign or illegal value, or a broken constraint. Undefined when nothing is. */
export function flawOf(space: Space, config: Config): string | undefined {
  const active = activeParams(space, config);
  for (const param of active) {
    if (!Object.hasOwn(config, param.name)) return `"${param.name}" has no value`;
    const value = config[param.name]!;
    if (!isLegal(param, value)) return `"${param.name}" cannot be ${show(value)}`;
  }
  const names = new Set(active.map(param => param.name));
  const foreign = Object.keys(config).find(name => !names.has(name));
  if (foreign !== undefined) return `"${foreign}" is not an active parameter`;
  return isFeasible(space, config) ? undefined : 'the constraints do not hold';
}
