/** Where a part of a resolved template comes from: a place in the template, or the value of a parameter. */
import type { Finding, Path } from './finding.ts';
import { equalJson } from './json.ts';
import type { Expanded } from './resolve.ts';
import type { Config, Json, Param, Space } from './space.ts';

/**
 * Turns a finding about a resolved template into one about the file.
 *
 * @param root the resolved template
 * @param base path of the template in the file
 */
export function traceFinding(finding: Finding, root: Expanded, base: Path, space: Space, config: Config): Finding {
  let node: Expanded | undefined = root;
  let path = base;
  let keyPath = base;
  for (const [depth, key] of finding.path.entries()) {
    node = node.entries.get(key);
    if (!node) return { ...finding, path: [...path, ...finding.path.slice(depth)] };
    const { segment, keyParam, param } = node;
    const stood = [...path, segment!];
    keyPath = keyParam === undefined ? stood : valuePath(keyParam, space, config);
    path = param === undefined ? stood : valuePath(param, space, config);
  }
  if (finding.at !== 'key') return { ...finding, path };
  if (!node?.keyParam) return { ...finding, path: keyPath };
  const { at: _, ...atValue } = finding;
  return { ...atValue, path: keyPath };
}

/** The part of a parameter that gave the value it has: a choice, a bound, or the whole. */
function valuePath(name: string, { params }: Space, config: Config): Path {
  const param = params.find(known => known.name === name);
  return ['space', name, ...(param ? partWith(param, config[name]!) : [])];
}

function partWith(param: Param, value: Json): Path {
  if (param.type === 'categorical') return ['choices', param.choices.findIndex(choice => equalJson(choice, value))];
  if (param.type === 'boolean') return [];
  if (value === param.low) return ['low'];
  return value === param.high ? ['high'] : [];
}

/** Where a finding stands in the template as written, and the parameter that chose, as a key, what it lies in. */
export function templatePlace(
  { path }: Finding,
  root: Expanded,
): { readonly path: Path; readonly chosenBy: string | undefined } {
  let node: Expanded | undefined = root;
  let chosenBy: string | undefined;
  const written = path.map(key => {
    chosenBy = node?.keyParam ?? chosenBy;
    node = node?.entries.get(key);
    return node?.segment ?? key;
  });
  return { path: written, chosenBy };
}

/** Whether a finding may be due to a parameter whose values are not known. */
export function isUncertain({ path, at }: Finding, root: Expanded, unknown: ReadonlySet<string>): boolean {
  let node = root;
  for (const key of path) {
    const inner = node.entries.get(key);
    // What is missing may be what the key of another entry stands for.
    if (!inner) return [...node.entries.values()].some(({ keyParam }) => unknown.has(keyParam ?? ''));
    if (unknown.has(inner.keyParam ?? '')) return true;
    node = inner;
  }
  return at !== 'key' && holdsAny(node, unknown);
}

function holdsAny({ param, entries }: Expanded, names: ReadonlySet<string>): boolean {
  if (names.has(param ?? '')) return true;
  return [...entries.values()].some(entry => names.has(entry.keyParam ?? '') || holdsAny(entry, names));
}
