/**
 * One technique = one file: its name, its paper, its knobs (zod) and its maths. Samplers, pruners, layers, optimizers,
 * losses and initializers are all techniques; `chooseOne` is how space.json names one of them.
 */
import { z } from 'zod';
import { isRecord } from './json.ts';

export interface Technique<Knobs = any> {
  /** Its key in space.json: the Keras or Optuna name. */
  readonly name: string;
  /** One line for FEATURES.md, the schema and --help. */
  readonly summary: string;
  /** Where it comes from: a paper's URL, or its usual citation. */
  readonly paper?: string;
  /** Its knobs with ranges, defaults and descriptions. */
  readonly knobs: z.ZodType<Knobs>;
  /** The knob meant by a bare value: { "dropout": 0.5 } is { "dropout": { "rate": 0.5 } }. */
  readonly shorthand?: string;
  /** Whether a list in place of a name is the shorthand of this technique: ["asha", "curve"]. */
  readonly isList?: boolean;
  /** Knobs that are inputs of the compiled step: another value needs no other graph. */
  readonly continuous?: readonly (keyof Knobs & string)[];
  /** Those of them that the validation gradient cannot tune, and why. */
  readonly untunable?: Readonly<Partial<Record<keyof Knobs & string, string>>>;
}

/** A reason for each of these knobs. */
export function untunable<Name extends string>(knobs: readonly Name[], reason: string): Record<Name, string> {
  return Object.fromEntries(knobs.map(knob => [knob, reason])) as Record<Name, string>;
}

export type KnobsOf<T> = T extends Technique<infer Knobs> ? Knobs : never;

/** A technique chosen by a file, with its knobs checked and their defaults filled in. */
export interface Chosen<T extends Technique = Technique> {
  readonly technique: T;
  readonly knobs: KnobsOf<T>;
}

/** The techniques behind a schema made by chooseOne, for the generated JSON Schema and FEATURES.md. */
export const choicesOf = new WeakMap<z.ZodType, () => Readonly<Record<string, Technique>>>();

/**
 * Reads "adam", { "adam": { "learningRate": 0.001 } } or, with a shorthand, { "dropout": 0.5 }. Written out rather than
 * as z.union so that each error points at the one wrong knob. `techniques` is a function: layers may contain layers.
 */
export function chooseOne<T extends Technique>(kind: string, techniques: () => Readonly<Record<string, T>>) {
  const schema = z.unknown().transform((input, context): Chosen<T> => {
    const known = techniques();
    const refuse = (message: string, path: PropertyKey[] = []): never => {
      const params = { known: Object.keys(known), isKey: path.length > 0 };
      context.issues.push({ code: 'custom', message, path, input, params });
      return z.NEVER;
    };
    if (typeof input === 'string' && !Object.hasOwn(known, input)) return refuse(`unknown ${kind} "${input}"`);
    const list = Array.isArray(input) ? Object.values(known).find(({ isList }) => isList) : undefined;
    const entries = list
      ? [[list.name, input] as const]
      : typeof input === 'string'
        ? [[input, {}] as const]
        : isRecord(input)
          ? Object.entries(input)
          : [];
    const [entry, ...others] = entries;
    if (!entry || others.length > 0) return refuse(`this ${kind} needs one name, or { name: options }`);
    const [name, given] = entry;
    if (!Object.hasOwn(known, name)) return refuse(`unknown ${kind} "${name}"`, [name]);
    const technique = known[name]!;
    const { knobs, issues } = readKnobs(technique, given);
    if (issues.length === 0) return { technique, knobs };
    const path = list ? [] : [name];
    for (const issue of issues) context.issues.push({ ...issue, path: [...path, ...issue.path] } as never);
    return z.NEVER;
  });
  choicesOf.set(schema, techniques);
  return schema;
}

type Issues = readonly z.core.$ZodIssue[];

/** Options by name, or the value of the shorthand; which may be an object too: { "activation": { "leakyRelu": 0.1 } }. */
function readKnobs({ knobs, shorthand }: Technique, given: unknown): { readonly knobs?: any; readonly issues: Issues } {
  const read = (value: unknown): { knobs?: any; issues: Issues } => {
    const { data, error } = knobs.safeParse(value);
    return error ? { issues: error.issues } : { knobs: data, issues: [] };
  };
  const options = shorthand === undefined || isRecord(given) ? read(given) : undefined;
  if (shorthand === undefined || options?.issues.length === 0) return options!;
  const bare = read({ [shorthand]: given });
  const own = { ...bare, issues: bare.issues.map(issue => ({ ...issue, path: issue.path.slice(1) })) };
  // Of two readings that fail, the one that understood more of the value says what is wrong.
  return options && own.issues.length > 0 && depth(own.issues) <= depth(options.issues) ? options : own;
}

function depth(issues: Issues): number {
  return Math.max(...issues.map(({ path }) => path.length));
}
