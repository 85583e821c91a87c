/** The four kinds of parameter, in Optuna's short form. */
import type { Json } from './space.ts';

/** Active only while each named parent has one of the listed values (and is active itself). */
export type When = Readonly<Record<string, readonly Json[]>>;

interface Common {
  readonly when?: When;
  /** "gradient": the validation gradient may tune this parameter inside a trial. */
  readonly tune?: 'search' | 'gradient';
}

/** A real number from low to high, both included. */
export interface FloatParam extends Common {
  readonly type: 'float';
  readonly low: number;
  readonly high: number;
  /** Search on the logarithmic scale; with `step`, values are low * step^k. Default false. */
  readonly log: boolean;
  /** Values are low + k * step. Default null: continuous. */
  readonly step: number | null;
  /** Value of trial 0. Default: the middle of the search scale. */
  readonly default: number;
}

/** A whole number from low to high, both included. */
export interface IntParam extends Common {
  readonly type: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Default 1. With `log`, step >= 2 means values low * step^k (as in KerasTuner). */
  readonly step: number;
  readonly default: number;
}

/** One of a list of JSON values. */
export interface CategoricalParam extends Common {
  readonly type: 'categorical';
  readonly choices: readonly Json[];
  /** Default: the first choice. */
  readonly default: Json;
}

/** true or false. */
export interface BooleanParam extends Common {
  readonly type: 'boolean';
  /** Default false. */
  readonly default: boolean;
}

export type ParamSpec = FloatParam | IntParam | CategoricalParam | BooleanParam;
