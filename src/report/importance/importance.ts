/** Which parameters matter, by several answers to that question; and what the best configuration owes to each. */
import { defaultConfig } from '../../space/default-config.ts';
import type { Json, Space } from '../../space/space.ts';
import { lossOf } from '../../study/losses.ts';
import type { Direction } from '../../study/ports.ts';
import type { Trial } from '../../study/trial.ts';
import { ablationPath } from './ablation.ts';
import { fanovaOf } from './fanova.ts';
import { forestModel, type ForestModel } from './forest-model.ts';
import { localOf } from './local.ts';
import { pairDependence, partialDependence } from './partial-dependence.ts';
import { fewestTop, pedAnova, topRows } from './ped-anova.ts';
import { rowsOf, thinned, type Rows } from './rows.ts';
import { rungCorrelations } from './rungs.ts';
import { ranked } from './shares.ts';

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
  /** Trials of the search, by id. Those that gradients tuned count with the values that they began with. */
  readonly trials: readonly Trial[];
  readonly direction: Direction;
  /** All randomness of the forests comes from here. */
  readonly seed: number;
  /** The trial that counts as the best. */
  readonly best: Trial;
}

/** Fewer trials make no forest. */
const fewestTrials = 10;

/** A forest of more values would take seconds: where there are, it is of the best trials and an even sample of the others. */
const mostValues = 10_000;
const [leastTrials, mostTrials] = [200, 1000];

/** Parameters whose partial dependence is worked out, from the most important on. */
const mostPartial = 4;

/**
 * Pure. Takes about a second at most, whatever the number of trials: PED-ANOVA is of all complete ones within the space, the
 * rest of up to 1,000 of them. Of several objectives it is by the first one.
 */
export function importanceOf({ space, trials, direction, seed, best }: ImportanceInput): Importance {
  const rows = rowsOf(space, trials, direction);
  const count = rows.trials.length;
  const rungs = rungCorrelations(rows, direction);
  const common = rungs.length > 0 ? { rungs } : {};
  if (rows.params.length === 0) return { ...common, missing: 'no parameter has more than one value' };
  if (count < fewestTrials)
    return { ...common, missing: `not enough trials: ${count} complete within the space, ${fewestTrials} needed` };
  if (rows.losses.every(loss => loss === rows.losses[0]))
    return { ...common, missing: 'all trials have the same value' };

  const ped = pedOf(rows);
  const most = Math.min(mostTrials, Math.max(leastTrials, Math.floor(mostValues / rows.params.length)));
  const model = forestModel(thinned(rows, most), seed);
  const isBestThere = rows.trials.some(({ id }) => id === best.id);
  const missing = [
    ...('missing' in ped ? [ped.missing] : []),
    ...(isBestThere ? [] : [`nothing around trial ${best.id}, the best one, which lies outside of the space`]),
  ];
  const names = model.axes.map(({ param }) => param.name);
  const fanova = fanovaOf(model.trees, names);
  const local = isBestThere ? localOf(model, best.config) : undefined;
  return {
    ...('shares' in ped && { ped: ped.shares }),
    ...(fanova && { fanova, ...dependenceOf(model, fanova, direction) }),
    ...(local && { local }),
    ...(isBestThere && { ablation: ablationOf(space, model, best, direction) }),
    ...common,
    ...(missing.length > 0 && { missing: missing.join('; ') }),
  };
}

function pedOf(rows: Rows): { readonly shares: readonly Share[] } | { readonly missing: string } {
  const top = topRows(rows.losses).length;
  if (top < fewestTop)
    return { missing: `not enough trials for PED-ANOVA: ${top} in the best tenth, ${fewestTop} needed` };
  const amounts = pedAnova(rows);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (!(total > 0)) return { missing: 'no PED-ANOVA: the best trials have the same values as all' };
  return {
    shares: ranked(
      rows.params,
      amounts.map(amount => ({ share: amount / total })),
    ),
  };
}

function ablationOf(space: Space, model: ForestModel, best: Trial, direction: Direction): Importance['ablation'] {
  const { start, steps } = ablationPath(space, defaultConfig(space), best.config, model.predict);
  return { start: asMetric(start, direction), steps: steps.map(step => asMetric(step, direction)) };
}

/** Of the parameters that explain most, and of the pair that does. */
function dependenceOf(
  model: ForestModel,
  { shares, pairs }: NonNullable<Importance['fanova']>,
  direction: Direction,
): Pick<Importance, 'partial' | 'pair'> {
  const partial = shares.slice(0, mostPartial).flatMap(({ parameter }) => {
    const points = partialDependence(model, parameter);
    return points.length > 0 ? [{ parameter, points: points.map(point => asMetric(point, direction)) }] : [];
  });
  const shareOf = new Map(shares.map(({ parameter, share }) => [parameter, share]));
  const explained = ({ parameters: [a, b], share }: PairShare): number => shareOf.get(a)! + shareOf.get(b)! + share;
  const [top] = pairs.toSorted((a, b) => explained(b) - explained(a));
  const pair = top && pairDependence(model, ...top.parameters);
  return {
    partial,
    ...(pair && { pair: { ...pair, values: pair.values.map(row => row.map(loss => lossOf(loss, direction))) } }),
  };
}

/** A predicted loss as a value of the metric. */
function asMetric<T extends Prediction>(prediction: T, direction: Direction): T {
  return { ...prediction, value: lossOf(prediction.value, direction) };
}
