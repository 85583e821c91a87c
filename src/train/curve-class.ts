/**
 * What the losses of a trial, epoch by epoch, say about its model: whether it fits too little or too much, and whether
 * training went as it should. After Goodfellow, Bengio & Courville, Deep Learning, 2016, 5.2 and 11.4.
 */
import { median } from '../stats/median.ts';
import type { Measurement, Trial } from '../study/trial.ts';
import type { Curve } from './fit.ts';

export type CurveClass =
  /** The losses grew without end. */
  | 'diverged'
  /** Nothing was learned. */
  | 'stalled'
  /** The validation loss rises while the training loss falls, or is far above it. */
  | 'overfit'
  /** The validation loss jumps from epoch to epoch. */
  | 'unstable'
  /** The validation loss was still falling when training ended. */
  | 'unfinished'
  /** Both losses have come to rest, close together but high. */
  | 'underfit'
  | 'good';

export interface CurveContext {
  /** Loss of a model that knows nothing: ln of the number of classes, 1 for normalized values. Default: that after epoch 1. */
  readonly untrained?: number;
  /** Median training loss of the study's trials at their best epochs. Default: half of what untrained models have. */
  readonly usual?: number;
}

/** Fewer epochs tell nothing. */
const fewestEpochs = 4;
const mostLateEpochs = 100;

/** The class of a trial; undefined where it reported too few epochs, or no losses. */
export function classifyTrial(
  { curve, failure }: Pick<Trial, 'curve' | 'failure'>,
  context: CurveContext = {},
): CurveClass | undefined {
  return failure?.cause === 'nan' ? 'diverged' : classifyCurve(lossCurve(curve), context);
}

/** Median training loss of the complete trials at their best epochs: what is usual in a study. */
export function usualLoss(trials: readonly Pick<Trial, 'state' | 'attributes'>[]): number | undefined {
  const losses = trials
    .filter(({ state }) => state === 'complete')
    .map(({ attributes = {} }) => attributes['trainLoss'])
    .filter(loss => typeof loss === 'number');
  return losses.length === 0 ? undefined : median(losses);
}

/** What the trainer reports as the losses. */
export function lossCurve(points: readonly Measurement[]): Curve {
  const measured = points.filter(({ metrics }) => metrics?.['trainLoss'] !== undefined && 'valLoss' in metrics);
  return {
    train: measured.map(({ metrics }) => metrics!['trainLoss']!),
    validation: measured.map(({ metrics }) => metrics!['valLoss']!),
  };
}

export function classifyCurve({ train, validation }: Curve, context: CurveContext = {}): CurveClass | undefined {
  if (![...train, ...validation].every(Number.isFinite)) return 'diverged';
  const epochs = validation.length;
  if (epochs < fewestEpochs) return undefined;
  const best = validation.indexOf(Math.min(...validation));
  const late = Math.min(mostLateEpochs, Math.max(fewestEpochs, Math.ceil(epochs / 5)));
  const curve: Reading = {
    train,
    validation,
    best,
    late,
    // The first epochs fall too steeply to tell.
    noise: noiseOf(validation.slice(Math.min(epochs >> 1, epochs - fewestEpochs))),
    untrained: context.untrained ?? train[0]!,
    usual: context.usual ?? (context.untrained ?? train[0]!) / 2,
  };
  return rules.find(({ holds }) => holds(curve))?.name ?? 'good';
}

interface Reading extends Curve {
  /** Index of the least validation loss. */
  readonly best: number;
  /** Epochs that count as the end. */
  readonly late: number;
  /** Standard deviation of the validation loss from epoch to epoch. */
  readonly noise: number;
  readonly untrained: number;
  readonly usual: number;
}

/** The first that holds names the curve. */
const rules: readonly { readonly name: CurveClass; holds(curve: Reading): boolean }[] = [
  {
    name: 'diverged',
    holds: ({ train, validation }) => endOf(validation) > 3 * validation[0]! && endOf(train) > train[0]!,
  },
  {
    name: 'stalled',
    holds: ({ train, validation, best, late, untrained }) =>
      Math.min(...train) > 0.98 * untrained &&
      validation[best]! > 0.98 * Math.min(untrained, validation[0]!) &&
      !isFalling(train, late, 0),
  },
  {
    name: 'underfit',
    // Even where the validation loss rises later on: what does not fit its training data is not too large.
    holds: curve =>
      !jumps(curve) && gapOf(curve) < 0.2 && endOf(curve.train) > curve.usual && !isFalling(curve.train, curve.late, 0),
  },
  {
    name: 'unfinished',
    // Even with a gap: more epochs still help.
    holds: ({ validation, best, late, noise }) =>
      best >= 0.9 * validation.length - 2 && isFalling(validation, late, noise),
  },
  { name: 'overfit', holds: curve => rises(curve) || gapOf(curve) >= 0.3 },
  { name: 'unstable', holds: jumps },
];

function jumps({ validation, noise }: Reading): boolean {
  return noise > 0.1 * median(validation);
}

/** Whether the validation loss has left its least value by 5 % and more than noise while the training loss falls on. */
function rises({ train, validation, best, noise }: Reading): boolean {
  const after = validation.length - 1 - best;
  if (after < 3) return false;
  const isUp = endOf(validation) > 1.05 * validation[best]! + 4 * noise;
  return isUp && endOf(train) < train[best]!;
}

/** How far the validation loss is above that of training, as a share, where the model is best; 0 where it is next to nothing. */
function gapOf({ train, validation, best, untrained }: Reading): number {
  const gap = validation[best]! - train[best]!;
  return gap > 0.02 * untrained ? gap / validation[best]! : 0;
}

/** Whether the last epochs fall by more than their noise, and by more than one percent in a tenth of all epochs. */
function isFalling(values: readonly number[], late: number, noise: number): boolean {
  const slope = theilSen(values.slice(-late));
  return slope * late < -2 * noise && (slope * values.length) / 10 < -0.01 * endOf(values);
}

/** Against a last epoch that happens to be high or low. */
function endOf(values: readonly number[]): number {
  return median(values.slice(-3));
}

/** From how far an epoch lies off the middle of its neighbours: a smooth curve has next to none. */
function noiseOf(values: readonly number[]): number {
  const off = values.slice(1, -1).map((value, index) => Math.abs(value - (values[index]! + values[index + 2]!) / 2));
  // Of normal noise, 1.4826 times the median is the deviation; that of a middle of two is half.
  return (1.4826 * median(off)) / Math.sqrt(1.5);
}

/** Median of the slopes of all pairs: Theil 1950, Sen 1968. */
function theilSen(values: readonly number[]): number {
  return median(
    values.flatMap((value, index) => values.slice(index + 1).map((other, step) => (other - value) / (step + 1))),
  );
}
