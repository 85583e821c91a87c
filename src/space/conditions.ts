/** The `when` conditions of a space: known parents, values they can have, no circles; and the order they put parameters in. */
import { describeCircle, findCircles } from './circles.ts';
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

/** Parameters that depend on themselves: one finding for each circle, at its first parameter. */
export function checkCircles(
  names: readonly string[],
  specs: Specs,
): readonly { readonly name: string; readonly finding: Finding }[] {
  return findCircles(names, name => parentsOf(name, specs)).map(circle => {
    const name = circle[0]!;
    const parent = parentsOf(name, specs).find(other => circle.includes(other))!;
    return { name, finding: { path: ['when', parent], at: 'key', message: describeCircle('depends on', circle) } };
  });
}

/** Names with parents before the parameters that depend on them, else in the order given; those in circles are left out. */
export function parentsFirst(specs: Specs): ReadonlySet<string> {
  const ordered = new Set<string>();
  let waiting = [...specs.keys()];
  for (;;) {
    const ready = waiting.find(name => parentsOf(name, specs).every(parent => ordered.has(parent)));
    if (ready === undefined) return ordered;
    ordered.add(ready);
    waiting = waiting.filter(name => name !== ready);
  }
}

function parentsOf(name: string, specs: Specs): readonly string[] {
  return Object.keys(specs.get(name)?.when ?? {}).filter(parent => specs.has(parent));
}
