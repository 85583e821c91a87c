/** Which parameters matter, by several answers to that question; and what the best configuration owes to each. */
import type { Json, Space } from '../../space/space.ts';
import type { Direction } from '../../study/ports.ts';
import type { Trial } from '../../study/trial.ts';

/** Shares of one method sum up to 1 over the parameters, but for those of fANOVA. */
export interface Share {
  readonly parameter: string;
  readonly share: number;
  /** Standard deviation over trees, where there are some. */
  readonly deviation?: number;
}

export interface PairShare extends Omit<Share, 'parameter'> {
  readonly parameters: readonly [string, string];
}

export interface Importance {
  /** Largest first. PED-ANOVA: what separates the best tenth from the rest. */
  readonly ped?: readonly Share[];
  /** What moves the loss anywhere in the space. */
  readonly fanova?: {
    readonly shares: readonly Share[];
    /** Of the most important parameters. */
    readonly pairs: readonly PairShare[];
    /** What no parameter alone explains: 1 minus the sum of the shares. */
    readonly interactions: number;
  };
  /** What moves the loss around the best configuration. */
  readonly local?: readonly Share[];
  /** From the defaults to the best configuration, at each step the parameter that lowers the predicted loss most. */
  readonly ablation?: {
    /** Predicted value of the metric for the defaults. */
    readonly start: Prediction;
    readonly steps: readonly (Prediction & { readonly parameter: string; readonly from?: Json; readonly to?: Json })[];
  };
  /** Of the most important parameters: the mean prediction where one is fixed and the others are as in the trials. */
  readonly partial?: readonly {
    readonly parameter: string;
    readonly points: readonly (Prediction & { readonly at: Json })[];
  }[];
  /** The same of the pair that matters most: rows of y, columns of x. */
  readonly pair?: {
    readonly x: { readonly parameter: string; readonly at: readonly Json[] };
    readonly y: { readonly parameter: string; readonly at: readonly Json[] };
    readonly values: readonly (readonly number[])[];
  };
  /** Spearman's correlation of the values at a rung with those at the end: whether early values tell what comes of it. */
  readonly rungs?: readonly { readonly step: number; readonly correlation: number; readonly trials: number }[];
  /** Why parts are missing: "not enough trials: 3 of the best 5 needed". */
  readonly missing?: string;
}

/** A value of the metric that the forest predicts, and its standard deviation over the trees. */
export interface Prediction {
  readonly value: number;
  readonly deviation: number;
}

export interface ImportanceInput {
  readonly space: Space;
  /** Trials of the search, by id. */
  readonly trials: readonly Trial[];
  readonly direction: Direction;
  /** All randomness of the forests comes from here. */
  readonly seed: number;
  /** The trial that counts as the best. */
  readonly best: Trial;
}

/** Pure. Takes at most a second for 1,000 trials of 10 parameters. */
export function importanceOf(_input: ImportanceInput): Importance | undefined {
  return undefined;
}
