/** Conditions: which parameters a configuration has. */
import { equalJson } from './json.ts';
import type { Config, Param, Space } from './space.ts';

/** The parameters whose conditions hold in this configuration, parents first. */
export function activeParams(space: Space, config: Config): readonly Param[] {
  const active = new Set<string>();
  return space.params.filter(param => {
    const holds = isActive(param, config, active);
    if (holds) active.add(param.name);
    return holds;
  });
}

/** Whether a parameter's condition holds, given the active ones among the parameters before it. */
export function isActive(param: Param, config: Config, active: ReadonlySet<string>): boolean {
  return Object.entries(param.when ?? {}).every(
    ([parent, values]) => active.has(parent) && values.some(value => equalJson(value, config[parent]!)),
  );
}
