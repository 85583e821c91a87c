/** Reads parameters in any dialect and the constraints between them: a space, or everything that is wrong with it. */
import { checkCircles, checkCondition, parentsFirst } from './conditions.ts';
import { checkExpression } from './check-expression.ts';
import { defaultConfig } from './default-config.ts';
import { readIn, type Dialect, type Translation } from './dialects/dialect.ts';
import { nni } from './dialects/nni.ts';
import { optuna } from './dialects/optuna.ts';
import { wandb } from './dialects/wandb.ts';
import { forbiddenKeys } from './document.ts';
import { ExpressionError, namesIn, parseExpression } from './expression.ts';
import type { Finding, Path } from './finding.ts';
import { isFeasible } from './is-feasible.ts';
import { isRecord, show } from './json.ts';
import { readParam } from './param-schema.ts';
import type { ParamSpec } from './params.ts';
import type { Json, Param, Space } from './space.ts';

export const dialects: readonly Dialect[] = [nni, optuna, wandb];

export interface ReadSpace {
  /** Absent when there are findings. */
  readonly space?: Space;
  /** The parameters without mistakes, of their own or in what they depend on; without constraints. */
  readonly sound: Space;
  /** Paths start at the root of the file: ["space", name, ...] or ["constraints", index]. */
  readonly findings: readonly Finding[];
  /** Every parameter that was named, also those with mistakes. */
  readonly names: readonly string[];
  /** Where a path into one of the parameters stands in what was given, which may be another dialect. */
  readonly placeOf: (name: string, path: Path) => Path;
}

export function readSpace(given: Readonly<Record<string, Json>>, constraints: readonly string[]): ReadSpace {
  const specs = new Map<string, ParamSpec | undefined>();
  const places = new Map<string, (path: Path) => Path>();
  const findings: Finding[] = [];
  const report = (place: (path: Path) => Path, found: readonly Finding[]): void => {
    findings.push(...found.map(finding => ({ ...finding, path: place(finding.path) })));
  };
  const placeOf = (name: string, path: Path): Path => places.get(name)?.(path) ?? [];

  for (const [key, value] of Object.entries(given)) {
    const inFile = (path: Path): Path => ['space', key, ...path];
    const translation = translate(key, value);
    report(inFile, translation.findings);
    for (const { name, spec, place } of translation.params) {
      const named = checkName(name, specs);
      report(inFile, named);
      const { param, findings: own } = spec === undefined ? { findings: [] } : readParam(spec);
      report(path => inFile(place(path)), own);
      specs.set(name, named.length > 0 ? undefined : param);
      if (!places.has(name)) places.set(name, path => inFile(place(path)));
    }
  }
  const flawed = new Set<string>();
  for (const name of specs.keys()) {
    const found = checkCondition(name, specs);
    if (found.length > 0) flawed.add(name);
    report(path => placeOf(name, path), found);
  }
  const ordered = parentsFirst(specs);
  const left = [...specs.keys()].filter(name => !ordered.has(name));
  for (const { name, finding } of checkCircles(left, specs)) report(path => placeOf(name, path), [finding]);
  findings.push(...checkConstraints(constraints, specs));

  const params = soundParams(ordered, specs, flawed);
  const sound = frozen({ params, constraints: [] });
  const read = { sound, names: [...specs.keys()], placeOf };
  if (findings.length > 0) return { ...read, findings };
  const space = frozen({ params, constraints: [...constraints] });
  const broken = brokenByDefaults(space);
  return broken.length > 0 ? { ...read, findings: broken } : { ...read, space, findings };
}

/** Those without mistakes of their own, or in what they depend on. */
function soundParams(
  parentsFirst: ReadonlySet<string>,
  specs: ReadonlyMap<string, ParamSpec | undefined>,
  flawed: ReadonlySet<string>,
): readonly Param[] {
  const sound = new Map<string, Param>();
  for (const name of parentsFirst) {
    const spec = specs.get(name);
    const parents = Object.keys(spec?.when ?? {});
    if (spec && !flawed.has(name) && parents.every(parent => sound.has(parent))) sound.set(name, { name, ...spec });
  }
  return [...sound.values()];
}

function translate(name: string, given: Json): Translation {
  const isOurs = !isRecord(given) || Object.hasOwn(given, 'type');
  const dialect = isOurs ? undefined : dialects.find(({ recognizes }) => recognizes(given));
  if (dialect && isRecord(given)) return readIn(dialect, name, given);
  return { params: [{ name, spec: given, place: path => path }], findings: [] };
}

function checkName(name: string, known: ReadonlyMap<string, unknown>): readonly Finding[] {
  if (known.has(name))
    return [{ path: [], at: 'key', message: `two parameters have the name "${name}"`, expected: 'another name' }];
  const parts = name.split('.');
  if (/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name) && !parts.some(part => part === '' || forbiddenKeys.has(part)))
    return [];
  const expected = 'letters, digits, "_", "-" and ".", beginning with a letter';
  return [{ path: [], at: 'key', message: `a parameter cannot have the name ${show(name)}`, expected }];
}

function checkConstraints(
  constraints: readonly string[],
  specs: ReadonlyMap<string, ParamSpec | undefined>,
): Finding[] {
  return constraints.flatMap((text, index): Finding[] => {
    try {
      checkExpression(parseExpression(text), specs);
      return [];
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { message, start, length, advice } = error;
      return [{ path: ['constraints', index], within: { start, length }, message, ...advice }];
    }
  });
}

/** Trial 0 has the defaults, so they must be legal. */
function brokenByDefaults(space: Space): Finding[] {
  const config = defaultConfig(space);
  return space.constraints.flatMap((text, index): Finding[] => {
    if (isFeasible({ params: space.params, constraints: [text] }, config)) return [];
    const values = [...new Set(namesIn(parseExpression(text)))].map(name => `${name} = ${show(config[name])}`);
    return [
      {
        path: ['constraints', index],
        message: `the defaults break this constraint: ${values.join(', ')}`,
        expected: 'a "default" for these that satisfies it: trial 0 has the defaults',
      },
    ];
  });
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
