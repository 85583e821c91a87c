/**
 * What more data would bring: losses after training on parts of the data follow a power law of their size, which is
 * extrapolated to twice the data. Hestness et al. 2017; Viering & Loog, The shape of learning curves: a review, 2022.
 */
import { fitPowerLaw, type PowerLaw } from '../stats/power-law.ts';
import { formatNumber } from '../text.ts';

export interface SizeCurve {
  readonly law: PowerLaw;
  /** The largest size, and the loss the law has there. */
  readonly now: { readonly size: number; readonly loss: number };
  /** Twice as much data: the loss expected, and where a measured one would lie in 95 of 100 cases. */
  readonly twice: { readonly size: number; readonly loss: number; readonly low: number; readonly high: number };
  readonly sentence: string;
}

/** Sizes to train on: an eighth, a quarter, half and all of the training rows, where that is ten rows or more. */
export function curveSizes(rows: number): number[] {
  return [8, 4, 2, 1].map(part => Math.round(rows / part)).filter(size => size >= 10);
}

/**
 * @param losses validation loss of the best epoch for each of the sizes; a size may repeat, with another seed each time.
 *   Four losses are the least to say anything, and two or three of each size make the interval useful
 * @returns undefined for fewer than three different sizes or five losses
 */
export function sizeCurve(sizes: readonly number[], losses: readonly number[]): SizeCurve | undefined {
  if (new Set(sizes).size < 3 || losses.length < 4) return undefined;
  const law = fitPowerLaw(sizes, losses);
  const size = Math.max(...sizes);
  const now = { size, loss: law.predict(size) };
  const twice = { size: 2 * size, loss: law.predict(2 * size), ...law.interval(2 * size) };
  return { law, now, twice, sentence: sentenceOf(now, twice) };
}

function sentenceOf(now: SizeCurve['now'], { size, loss, low, high }: SizeCurve['twice']): string {
  const share = now.loss === 0 ? 0 : (now.loss - loss) / Math.abs(now.loss);
  const from = `from ${formatNumber(now.loss)} to ${formatNumber(loss)} (95 % of the time between ${formatNumber(low)} and ${formatNumber(high)})`;
  const data = `Twice the data (${size} training rows)`;
  // An interval that reaches far below a law without a slope comes from noise alone.
  if (share < 0.01 && low < 0.9 * now.loss)
    return `The losses vary too much to say what more data would bring: ${from}.`;
  if (share < 0.01) return `${data} would hardly change the loss: ${from}.`;
  const certainty = high < now.loss ? 'would' : 'might';
  return `${data} ${certainty} lower the loss by ${Math.round(100 * share)} %, ${from}.`;
}
