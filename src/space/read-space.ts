/** Reads parameters in any dialect and the constraints between them: a space, or everything that is wrong with it. */
import { checkCondition, parentsFirst } from './conditions.ts';
import { checkExpression } from './check-expression.ts';
import { defaultConfig } from './default-config.ts';
import type { Dialect, Translated, Translation } from './dialects/dialect.ts';
import { nni } from './dialects/nni.ts';
import { optuna } from './dialects/optuna.ts';
import { wandb } from './dialects/wandb.ts';
import { forbiddenKeys } from './document.ts';
import { ExpressionError, parseExpression } from './expression.ts';
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

  for (const [key, value] of Object.entries(given)) {
    const inFile = (path: Path): Path => ['space', key, ...path];
    const translation = translate(key, value);
    report(inFile, translation.findings);
    for (const { name, spec, place } of translation.params) {
      const placeInFile = (path: Path): Path => inFile(place(path));
      const named = checkName(name, specs);
      report(inFile, named);
      if (named.length > 0) continue;
      const { param, findings: own } = readParam(spec);
      specs.set(name, param);
      places.set(name, placeInFile);
      report(placeInFile, own);
    }
    // Its translation failed: others may still refer to it.
    if (translation.params.length === 0) specs.set(key, undefined);
  }
  for (const name of specs.keys()) report(places.get(name) ?? (path => path), checkCondition(name, specs));
  const { ordered, circular } = parentsFirst(specs);
  for (const name of circular)
    report(places.get(name)!, [
      { path: ['when'], at: 'key', message: `the conditions of ${circular.map(show).join(', ')} form a circle` },
    ]);
  findings.push(...checkConstraints(constraints, specs));

  const names = [...specs.keys()];
  const placeOf = (name: string, path: Path): Path => places.get(name)?.(path) ?? [];
  if (findings.length > 0) return { findings, names, placeOf };
  const space = frozen({
    params: ordered.map((name): Param => ({ name, ...specs.get(name)! })),
    constraints: [...constraints],
  });
  const broken = brokenByDefaults(space);
  return broken.length > 0 ? { findings: broken, names, placeOf } : { space, findings, names, placeOf };
}

function translate(name: string, given: Json): Translation {
  const own: Translated = { name, spec: given, place: path => path };
  if (!isRecord(given) || Object.hasOwn(given, 'type')) return { params: [own], findings: [] };
  // These three mean the same in every dialect.
  const { default: standard, when, tune, ...foreign } = given;
  const extras = { ...(standard !== undefined && { default: standard }), ...(when && { when }), ...(tune && { tune }) };
  const dialect = dialects.find(({ recognizes }) => recognizes(foreign));
  if (!dialect) return { params: [own], findings: [] };
  const { params, findings } = dialect.read(name, foreign);
  const extended = params.map(param =>
    param.name === name && isRecord(param.spec)
      ? {
          ...param,
          spec: { ...param.spec, ...extras },
          place: (path: Path): Path => (Object.hasOwn(extras, path[0] ?? '') ? path : param.place(path)),
        }
      : param,
  );
  return { params: extended, findings };
}

function checkName(name: string, known: ReadonlyMap<string, unknown>): readonly Finding[] {
  if (known.has(name)) return [{ path: [], at: 'key', message: `two parameters have the name "${name}"` }];
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
  return space.constraints.flatMap((text, index): Finding[] =>
    isFeasible({ params: space.params, constraints: [text] }, config)
      ? []
      : [
          {
            path: ['constraints', index],
            message: `the defaults break this constraint: ${show(config, 120)}`,
            expected: 'defaults that satisfy every constraint, since trial 0 has them',
          },
        ],
  );
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
