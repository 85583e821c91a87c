/**
 * One technique = one file: its name, its paper, its knobs (zod) and its maths. Samplers, pruners, layers, optimizers,
 * losses and initializers are all techniques; `chooseOne` is how space.json names one of them.
 */
import { z } from 'zod';

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
      context.issues.push({ code: 'custom', message, path, input, params: { known: Object.keys(known) } });
      return z.NEVER;
    };
    if (typeof input === 'string' && !Object.hasOwn(known, input)) return refuse(`unknown ${kind} "${input}"`);
    const entries = typeof input === 'string' ? [[input, {}] as const] : isRecord(input) ? Object.entries(input) : [];
    const [entry, ...others] = entries;
    if (!entry || others.length > 0) return refuse(`${kind} needs one name, or { name: options }`);
    const [name, given] = entry;
    if (!Object.hasOwn(known, name)) return refuse(`unknown ${kind} "${name}"`, [name]);
    const technique = known[name]!;
    const bare = technique.shorthand !== undefined && !isRecord(given);
    const parsed = technique.knobs.safeParse(bare ? { [technique.shorthand!]: given } : given);
    if (parsed.success) return { technique, knobs: parsed.data as KnobsOf<T> };
    for (const issue of parsed.error.issues)
      context.issues.push({ ...issue, path: [name, ...(bare ? issue.path.slice(1) : issue.path)] } as never);
    return z.NEVER;
  });
  choicesOf.set(schema, techniques);
  return schema;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
