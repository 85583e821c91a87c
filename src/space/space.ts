/** What may vary in a study: plain frozen data. The functions over it have a file each. */
import type { ParamSpec } from './params.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One configuration: a value for every active parameter; inactive ones are absent. */
export type Config = Readonly<Record<string, Json>>;

/** A parameter with its name, defaults filled in. */
export type Param = ParamSpec & { readonly name: string };

export interface Space {
  /** Parents before the parameters whose `when` names them. */
  readonly params: readonly Param[];
  /** "units * filters <= 8192" */
  readonly constraints: readonly string[];
}
