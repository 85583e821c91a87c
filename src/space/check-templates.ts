/** Checks "data", "model" and "train" with what the parameters can put into them, before anything runs. */
import { describeCircle, findCircles } from './circles.ts';
import type { Finding, Path } from './finding.ts';
import { check } from './issues.ts';
import { canonical, show } from './json.ts';
import { suggest } from './nearest.ts';
import { constraintNames } from './constraint-names.ts';
import { isUncertain, templatePlace, traceFinding } from './origin.ts';
import { probes } from './probes.ts';
import type { ReadSpace } from './read-space.ts';
import { referencesIn, type Reference } from './references.ts';
import { activeValues, expand } from './resolve.ts';
import type { Sections, templateNames } from './space-file.ts';
import type { Config, Json, Param, Space } from './space.ts';
import { wholeNumber } from './words.ts';

export type Templates = Readonly<Partial<Record<(typeof templateNames)[number], Json>>>;

/** Everything that is wrong with the templates, or with what the parameters put into them. */
export function checkTemplates(
  templates: Templates,
  sections: Sections,
  { space, sound, names, placeOf }: Pick<ReadSpace, 'space' | 'sound' | 'names' | 'placeOf'>,
): readonly Finding[] {
  const entries = Object.entries(templates) as [keyof Templates, Json][];
  if (entries.length === 0) return [];
  const inTemplates = entries.flatMap(([section, template]) => referencesIn(template, [section]));
  const references = [...inTemplates, ...sound.params.flatMap(choiceReferences)];
  const known = new Set(names);
  const unknown = references.filter(({ name }) => !known.has(name));
  const circles = checkCircles(sound);
  const wrongKeys = inTemplates.flatMap(reference => checkKey(reference, sound));
  const noKeys = inTemplates.filter(reference => checkKey(reference, sound).length > 0);

  // Parameters with mistakes must not hide mistakes elsewhere, nor bring further ones with them.
  const usable = new Set(sound.params.map(({ name }) => name));
  const unsure = new Set([...references.filter(({ name }) => !usable.has(name)), ...noKeys].map(({ name }) => name));
  const found = circles.length > 0 ? [] : tryOut(entries, sections, space ?? sound, unsure);
  const isWhole = templates.model !== undefined && templates.train !== undefined;
  const unused = isWhole && space && unknown.length === 0 ? unusedParams(space, templates) : [];
  const findings = [
    ...unknown.map(reference => unknownReference(reference, known)),
    ...circles,
    ...wrongKeys,
    ...found,
    ...unused,
  ];
  return findings.map(finding =>
    finding.path[0] === 'space'
      ? { ...finding, path: placeOf(String(finding.path[1]), finding.path.slice(2)) }
      : finding,
  );
}

/** A finding of one probe. */
interface Found {
  readonly finding: Finding;
  /** Where it stands in the templates as written. */
  readonly place: Path;
  /** The parameter that chose, as a key, what it lies in. */
  readonly chosenBy: string | undefined;
  readonly config: Config;
}

function tryOut(
  templates: readonly [keyof Templates, Json][],
  sections: Sections,
  space: Space,
  unsure: ReadonlySet<string>,
): readonly Finding[] {
  const placeholders = [...unsure].map(name => [name, null] as const);
  const varying = templates.filter(([, template]) => referencesIn(template).length > 0);
  const found = probes(space).flatMap((config, index) => {
    const values = new Map<string, Json>([...placeholders, ...activeValues(space, config)]);
    return (index === 0 ? templates : varying).flatMap(([section, template]): Found[] => {
      const root = expand(template, values);
      if (!root) return [];
      const findings = check(sections[section], root.value, section).findings;
      return findings
        .filter(finding => !isUncertain(finding, root, unsure))
        .map(finding => {
          const { path, chosenBy } = templatePlace(finding, root);
          const traced = traceFinding(finding, root, [section], space, config);
          return { finding: traced, place: [section, ...path], chosenBy, config };
        });
    });
  });
  return namingChoices(withoutEchoes(found, space), space);
}

/**
 * One parameter in one place makes one mistake: that it has fractions where whole numbers are needed; else the bounds or
 * choices that are wrong there; else that any value is.
 */
function withoutEchoes(found: readonly Found[], { params }: Space): readonly Found[] {
  const floats = new Set(params.filter(({ type }) => type === 'float').map(({ name }) => name));
  const isWhole = ({ finding: { path } }: Found): boolean => path[0] === 'space' && path.length === 2;
  const isFraction = (item: Found): boolean =>
    isWhole(item) && floats.has(String(item.finding.path[1])) && !!item.finding.expected?.startsWith(wholeNumber);
  const groups = new Map<string, Found[]>();
  for (const item of found) {
    const [root, name] = item.finding.path;
    const key = root === 'space' ? canonical([name!, item.place]) : 'template';
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()].flatMap(group => {
    const fraction = group.find(isFraction);
    if (fraction) return [fraction];
    const parts = group.filter(item => !isWhole(item));
    return parts.length > 0 ? parts : group.slice(0, 1);
  });
}

/** A finding inside { "$optimizer": { … } } says with which choices it comes, unless it comes with all of them. */
function namingChoices(found: readonly Found[], { params }: Space): readonly Finding[] {
  const merged = new Map<
    string,
    { readonly finding: Finding; readonly chooser?: string; readonly values: Set<string> }
  >();
  for (const { finding, chosenBy, config } of found) {
    const isInSpace = finding.path[0] === 'space';
    const chooser = isInSpace ? undefined : chosenBy;
    // One bound that is wrong in two places, for the same reason, is mended once.
    const mistake = (isInSpace ? finding.expected : undefined) ?? finding.message;
    const id = canonical([finding.path, mistake, chooser ?? null]);
    const entry = merged.get(id) ?? { finding, ...(chooser !== undefined && { chooser }), values: new Set<string>() };
    if (chooser !== undefined) entry.values.add(show(config[chooser]));
    merged.set(id, entry);
  }
  return [...merged.values()].map(({ finding, chooser, values }) => {
    const param = params.find(({ name }) => name === chooser);
    if (param?.type !== 'categorical' || values.size === param.choices.length) return finding;
    const message = `${finding.message} when "${chooser}" is ${[...values].join(' or ')}`;
    const isUnmended = finding.at === 'key' && finding.hint === undefined;
    const hint = 'let its value be a parameter with a "when": where that is inactive, the key is left out';
    return { ...finding, message, ...(isUnmended && { hint }) };
  });
}

/** Only a choice between names can stand as a key: { "$optimizer": … }. */
function checkKey({ name, path, isKey }: Reference, { params }: Space): readonly Finding[] {
  const param = isKey ? params.find(known => known.name === name) : undefined;
  if (!param) return [];
  if (param.type !== 'categorical') {
    const values = param.type === 'boolean' ? 'true and false' : 'numbers';
    const message = `"${name}" cannot be a key: its values are ${values}`;
    return [{ path, at: 'key', message, expected: 'a categorical parameter whose choices are names' }];
  }
  return param.choices.flatMap((choice, index): readonly Finding[] => {
    if (typeof choice === 'string') return [];
    const message = `${show(choice)} cannot be a key, and "$${name}" is one`;
    return [{ path: ['space', name, 'choices', index], message, expected: 'a name as text' }];
  });
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
  constraintNames(space).forEach(use);
  return space.params
    .filter(({ name }) => !used.has(name))
    .map(({ name }) => ({
      path: ['space', name],
      at: 'key',
      message: `nothing uses the parameter "${name}"`,
      expected: `"$${name}" somewhere in "data", "model", "train" or "after"`,
    }));
}

function unknownReference({ name, path, isKey }: Reference, known: ReadonlySet<string>): Finding {
  const message = `unknown parameter "${name}"`;
  const advice = known.size === 0 ? { expected: `a parameter "${name}" in "space"` } : suggest(name, known);
  // "$$" is how a text begins with a dollar sign.
  const hint = advice.hint ?? `for the text itself write "$$${name}"`;
  return { path, ...(isKey && { at: 'key' as const }), message, ...advice, hint };
}

/** Choices may refer to other parameters, but not in circles; one finding for each circle. */
function checkCircles({ params }: Space): readonly Finding[] {
  const references = new Map(params.map(param => [param.name, choiceReferences(param)]));
  const next = (name: string): string[] => (references.get(name) ?? []).map(reference => reference.name);
  return findCircles([...references.keys()], next).map(circle => {
    const reference = references.get(circle[0]!)!.find(({ name }) => circle.includes(name))!;
    return { path: reference.path, message: describeCircle('leads back to', circle) };
  });
}

function choiceReferences(param: Param | undefined): readonly Reference[] {
  if (param?.type !== 'categorical') return [];
  const base: Path = ['space', param.name, 'choices'];
  return referencesIn(param.choices, base);
}
