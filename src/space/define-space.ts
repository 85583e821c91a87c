/** Spaces from code, with the type of their configurations inferred. */
import { TuneError } from '../errors.ts';
import { toProblems } from './finding.ts';
import { readSpace } from './read-space.ts';
import type { Json, Space } from './space.ts';

interface Common {
  /** Active only while each named parameter has one of the listed values. */
  readonly when?: Readonly<Record<string, readonly Json[]>>;
  /** "gradient": the validation gradient may tune this parameter inside a trial. Default "search". */
  readonly tune?: 'search' | 'gradient';
}

interface NumberInput extends Common {
  /** Smallest and largest value, both included. */
  readonly low: number;
  readonly high: number;
  /** Search on the logarithmic scale; with `step`, values are low * step^k. Default false. */
  readonly log?: boolean;
  /** Value of trial 0. Default: the middle of the search scale. */
  readonly default?: number;
}

/** One parameter, in Optuna's short form. */
export type ParamInput =
  | (NumberInput & {
      readonly type: 'float';
      /** Values are low + k * step. Default: continuous. */
      readonly step?: number | null;
    })
  | (NumberInput & {
      readonly type: 'int';
      /** Values are low + k * step. Default 1. */
      readonly step?: number;
    })
  | (Common & {
      readonly type: 'categorical';
      /** The values; each may be any JSON value. */
      readonly choices: readonly Json[];
      /** Value of trial 0. Default: the first choice. */
      readonly default?: Json;
    })
  | (Common & {
      readonly type: 'boolean';
      /** Value of trial 0. Default false. */
      readonly default?: boolean;
    });

type ParamInputs = Readonly<Record<string, ParamInput>>;

declare const inputs: unique symbol;

/** A space that remembers the parameters it was made from, for InferConfig. */
export interface TypedSpace<P extends ParamInputs = ParamInputs> extends Space {
  readonly [inputs]?: P;
}

type ValueOf<I> = I extends { readonly type: 'float' | 'int' }
  ? number
  : I extends { readonly type: 'boolean' }
    ? boolean
    : I extends { readonly choices: readonly (infer Choice)[] }
      ? Choice
      : never;

type Conditional<P> = { [K in keyof P]: P[K] extends { readonly when: object } ? K : never }[keyof P];
type Flat<T> = { readonly [K in keyof T]: T[K] };

/**
 * The type of a space's configurations: `number`, `boolean` or the union of the choices; parameters with `when` may be
 * absent.
 *
 *     const space = defineSpace({ units: { type: 'int', low: 16, high: 256 } });
 *     type Config = InferConfig<typeof space>; // { readonly units: number }
 */
export type InferConfig<S> =
  S extends TypedSpace<infer P>
    ? Flat<{ [K in Exclude<keyof P, Conditional<P>>]: ValueOf<P[K]> } & { [K in Conditional<P>]?: ValueOf<P[K]> }>
    : never;

/**
 * Defines a space in code.
 *
 * @param params parameters by name
 * @param options.constraints conditions such as "units * layers <= 1024" that every configuration satisfies
 * @throws TuneError SPACE_INVALID with everything that is wrong
 */
export function defineSpace<const P extends ParamInputs>(
  params: P,
  { constraints = [] }: { readonly constraints?: readonly string[] } = {},
): TypedSpace<P> {
  const { space, findings } = readSpace(params as unknown as Readonly<Record<string, Json>>, constraints);
  if (!space) throw new TuneError('SPACE_INVALID', toProblems(findings));
  return space;
}
