/** How parameters in another tool's notation become ours, with every key's place in the original kept for messages. */
import type { z } from 'zod';
import type { Finding, Path } from '../finding.ts';
import { isRecord } from '../json.ts';
import type { Json } from '../space.ts';

type Given = Readonly<Record<string, Json>>;

export interface Dialect {
  /** "NNI" */
  readonly tool: string;
  /** What one parameter may look like in this notation, for editors. */
  readonly shapes: readonly z.ZodObject[];
  recognizes(given: Given): boolean;
  /** One given parameter may hold several: nested ones get names of the form "optimizer.sgd.momentum". */
  read(name: string, given: Given): Translation;
}

/** One parameter in our form. */
export interface Translated {
  readonly name: string;
  /** Absent when the findings say what is wrong with it. */
  readonly spec?: Json;
  /** Where a path into `spec` stands below the given parameter. */
  readonly place: (path: Path) => Path;
}

export interface Translation {
  readonly params: readonly Translated[];
  /** Paths start at the given parameter. */
  readonly findings: readonly Finding[];
}

/** Reads a parameter or a group of them; "default", "when" and "tune" mean the same in every dialect. */
export function readIn(dialect: Dialect, name: string, given: Given): Translation {
  const shared = ['default', 'when', 'tune'].filter(key => given[key] !== undefined);
  const foreign = Object.entries(given).filter(([key]) => !shared.includes(key));
  const { params, findings } = dialect.read(name, Object.fromEntries(foreign));
  const extras = Object.fromEntries(shared.map(key => [key, given[key]!]));
  if (params.some(param => param.name === name)) {
    const extended = params.map(param => (param.name === name ? withExtras(param, extras) : param));
    return { params: extended, findings };
  }
  // A group has no value of its own; its condition is that of all its parameters.
  const { when, ...useless } = extras;
  const unknown = Object.keys(useless).map((key): Finding => {
    return { path: [key], at: 'key', message: `"${key}" has no meaning for a group of parameters` };
  });
  const inner = when === undefined ? params : params.map(param => under(when, param, ['when']));
  return { params: inner, findings: [...findings, ...unknown] };
}

function withExtras(param: Translated, extras: Given): Translated {
  if (!isRecord(param.spec)) return param;
  const place = (path: Path): Path => (Object.hasOwn(extras, path[0] ?? '') ? path : param.place(path));
  return { ...param, spec: { ...param.spec, ...extras }, place };
}

/** The parameter under one more condition, which stands at `at`; its own comes first where both name the same parent. */
export function under(when: Json, param: Translated, at: Path): Translated {
  if (!isRecord(param.spec)) return param;
  const own = param.spec['when'];
  const isOwn = (key: Path[number] | undefined): boolean =>
    own !== undefined && (!isRecord(own) || key === undefined || Object.hasOwn(own, key));
  const both = isRecord(own) && isRecord(when) ? { ...when, ...own } : (own ?? when);
  return {
    ...param,
    spec: { ...param.spec, when: both },
    place: path => (path[0] === 'when' && !isOwn(path[1]) ? [...at, ...path.slice(1)] : param.place(path)),
  };
}

/** A translation to one parameter, whose keys stand where `places` says. */
export function translated(name: string, spec: Given, places: Readonly<Record<string, Path>>): Translation {
  const place = ([key, ...rest]: Path): Path => (key !== undefined && places[key] ? [...places[key], ...rest] : []);
  return { params: [{ name, spec, place }], findings: [] };
}

export function refused(name: string, ...findings: readonly Finding[]): Translation {
  return { params: [{ name, place: path => path }], findings };
}

/** A translation of something that lies deeper in the given parameter. */
export function below(path: Path, { params, findings }: Translation): Translation {
  return {
    params: params.map(param => ({ ...param, place: inner => [...path, ...param.place(inner)] })),
    findings: findings.map(finding => ({ ...finding, path: [...path, ...finding.path] })),
  };
}

export function together(translations: readonly Translation[]): Translation {
  return {
    params: translations.flatMap(({ params }) => params),
    findings: translations.flatMap(({ findings }) => findings),
  };
}

/** Low, high and step as a whole-number parameter where all three are whole. */
export function stepped(low: number, high: number, step: number): Given {
  return { type: [low, high, step].every(Number.isSafeInteger) ? 'int' : 'float', low, high, step };
}

/** Products without the noise of binary fractions: 3 * 0.1 is 0.3. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
