/** How parameters in another tool's notation become ours, with every key's place in the original kept for messages. */
import type { z } from 'zod';
import type { Finding, Path } from '../finding.ts';
import type { Json } from '../space.ts';

export interface Dialect {
  /** "NNI" */
  readonly tool: string;
  /** One parameter in this notation, for editors. */
  readonly schema: z.ZodType;
  recognizes(given: Readonly<Record<string, Json>>): boolean;
  /** One given parameter may hold several: nested ones get names of the form "optimizer.sgd.momentum". */
  read(name: string, given: Readonly<Record<string, Json>>): Translation;
}

/** One parameter in our form. */
export interface Translated {
  readonly name: string;
  readonly spec: Json;
  /** Where a path into `spec` stands below the given parameter. */
  readonly place: (path: Path) => Path;
}

export interface Translation {
  readonly params: readonly Translated[];
  /** Paths start at the given parameter. */
  readonly findings: readonly Finding[];
}

/** A translation to one parameter, whose keys stand where `places` says. */
export function translated(
  name: string,
  spec: Readonly<Record<string, Json>>,
  places: Readonly<Record<string, Path>>,
): Translation {
  const place = ([key, ...rest]: Path): Path => (key !== undefined && places[key] ? [...places[key], ...rest] : []);
  return { params: [{ name, spec, place }], findings: [] };
}

export function refused(...findings: readonly Finding[]): Translation {
  return { params: [], findings };
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
export function stepped(low: number, high: number, step: number): Readonly<Record<string, Json>> {
  return { type: [low, high, step].every(Number.isSafeInteger) ? 'int' : 'float', low, high, step };
}

/** Products without the noise of binary fractions: 3 * 0.1 is 0.3. */
export function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
