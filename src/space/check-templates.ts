/** Checks "data", "model" and "train" with what the parameters can put into them, before anything runs. */
import type { Finding, Path } from './finding.ts';
import { check } from './issues.ts';
import { suggest } from './nearest.ts';
import { namesIn, parseExpression } from './expression.ts';
import { traceFinding } from './origin.ts';
import { probes } from './probes.ts';
import type { ReadSpace } from './read-space.ts';
import { referencesIn, type Reference } from './references.ts';
import { activeValues, expand } from './resolve.ts';
import type { Sections } from './space-file.ts';
import type { Json, Param, Space } from './space.ts';

export type Templates = Readonly<Partial<Record<'data' | 'model' | 'train', Json>>>;

/** Everything that is wrong with the templates, or with what the parameters put into them. */
export function checkTemplates(
  templates: Templates,
  sections: Sections,
  { space, names, placeOf }: Pick<ReadSpace, 'space' | 'names' | 'placeOf'>,
): readonly Finding[] {
  const entries = Object.entries(templates) as [keyof Templates, Json][];
  if (entries.length === 0) return [];
  const known = new Set(names);
  const references = entries.flatMap(([section, template]) => referencesIn(template, [section]));
  const unknown = references.filter(({ name }) => !known.has(name));
  if (unknown.length > 0 || !space) return unknown.map(reference => unknownReference(reference, known));

  const inSpace = (finding: Finding): Finding =>
    finding.path[0] === 'space'
      ? { ...finding, path: placeOf(String(finding.path[1]), finding.path.slice(2)) }
      : finding;
  const flaws = checkChoices(space, known);
  if (flaws.length > 0) return flaws.map(inSpace);
  const found = probes(space).flatMap(config => {
    const values = activeValues(space, config);
    return entries.flatMap(([section, template]) => {
      const root = expand(template, values);
      if (!root) return [];
      return check(sections[section], root.value).findings.map(finding =>
        traceFinding(finding, root, [section], space, config),
      );
    });
  });
  const isWhole = templates.model !== undefined && templates.train !== undefined;
  return [...found, ...(isWhole ? unusedParams(space, templates) : [])].map(inSpace);
}

/** Parameters that make no difference: nearly always a slip, and a dimension searched in vain. Paths start at the root. */
export function unusedParams(space: Space, templates: Templates): readonly Finding[] {
  const used = new Set<string>();
  const use = (name: string): void => {
    if (used.has(name)) return;
    used.add(name);
    for (const reference of choiceReferences(space.params.find(param => param.name === name))) use(reference.name);
  };
  for (const template of Object.values(templates)) for (const { name } of referencesIn(template)) use(name);
  for (const { when = {} } of space.params) Object.keys(when).forEach(use);
  for (const text of space.constraints) namesIn(parseExpression(text)).forEach(use);
  return space.params
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      path: ['space', name],
      at: 'key',
      message: `nothing uses the parameter "${name}"`,
      expected: `"$${name}" somewhere in "data", "model" or "train"`,
    }));
}

function unknownReference({ name, path, isKey }: Reference, known: ReadonlySet<string>): Finding {
  const message = `unknown parameter "${name}"`;
  const advice = known.size === 0 ? { expected: `a parameter "${name}" in "space"` } : suggest(name, known);
  // "$$" is how a text begins with a dollar sign.
  const hint = advice.hint ?? `for the text itself write "$$${name}"`;
  return { path, ...(isKey && { at: 'key' as const }), message, ...advice, hint };
}

/** Choices may refer to other parameters, but not in circles. */
function checkChoices({ params }: Space, known: ReadonlySet<string>): readonly Finding[] {
  const byName = new Map(params.map(param => [param.name, param]));
  const leadsTo = (from: string, target: string, seen: Set<string>): boolean =>
    choiceReferences(byName.get(from)).some(({ name }) => {
      if (name === target) return true;
      if (seen.has(name)) return false;
      seen.add(name);
      return leadsTo(name, target, seen);
    });
  return params.flatMap(param =>
    choiceReferences(param).flatMap(reference => {
      if (!known.has(reference.name)) return [unknownReference(reference, known)];
      if (reference.name !== param.name && !leadsTo(reference.name, param.name, new Set())) return [];
      return [{ path: reference.path, message: `"$${reference.name}" leads back to "${param.name}"` }];
    }),
  );
}

function choiceReferences(param: Param | undefined): readonly Reference[] {
  if (param?.type !== 'categorical') return [];
  const base: Path = ['space', param.name, 'choices'];
  return referencesIn(param.choices, base);
}
