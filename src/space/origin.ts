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
  const param = params.find(known => known.name === name)!;
  return ['space', name, ...partWith(param, config[name]!)];
}

function partWith(param: Param, value: Json): Path {
  if (param.type === 'categorical') return ['choices', param.choices.findIndex(choice => equalJson(choice, value))];
  if (param.type === 'boolean') return [];
  if (value === param.low) return ['low'];
  return value === param.high ? ['high'] : [];
}
