/** The `when` conditions of a space: known parents, values they can have, no circles; and the order they put parameters in. */
import type { Finding } from './finding.ts';
import { show } from './json.ts';
import { suggest } from './nearest.ts';
import { legalValues } from './param-schema.ts';
import type { ParamSpec } from './params.ts';
import { isLegal } from './scale.ts';

/** Specs by name; undefined for a parameter that has mistakes of its own. */
type Specs = ReadonlyMap<string, ParamSpec | undefined>;

/** What is wrong with one parameter's condition; paths start at the parameter. */
export function checkCondition(name: string, specs: Specs): readonly Finding[] {
  return Object.entries(specs.get(name)?.when ?? {}).flatMap(([parent, values]): readonly Finding[] => {
    const path = ['when', parent];
    if (parent === name) return [{ path, at: 'key', message: `"${name}" depends on itself` }];
    if (!specs.has(parent))
      return [{ path, at: 'key', message: `unknown parameter "${parent}"`, ...suggest(parent, specs.keys()) }];
    const spec = specs.get(parent);
    if (!spec) return [];
    return values.flatMap((value, index) =>
      isLegal(spec, value)
        ? []
        : [{ path: [...path, index], message: `"${parent}" is never ${show(value)}`, expected: legalValues(spec) }],
    );
  });
}

/** Names with parents before the parameters that depend on them, else in the order given; those in a circle apart. */
export function parentsFirst(specs: Specs): {
  readonly ordered: readonly string[];
  readonly circular: readonly string[];
} {
  const ordered = new Set<string>();
  const parentsOf = (name: string): string[] =>
    Object.keys(specs.get(name)?.when ?? {}).filter(parent => parent !== name && specs.has(parent));
  let waiting = [...specs.keys()];
  for (let placed = true; placed;) {
    const ready = waiting.find(name => parentsOf(name).every(parent => ordered.has(parent)));
    placed = ready !== undefined;
    if (ready === undefined) break;
    ordered.add(ready);
    waiting = waiting.filter(name => name !== ready);
  }
  return { ordered: [...ordered], circular: waiting };
}
