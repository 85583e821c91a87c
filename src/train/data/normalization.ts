/**
 * Normalization of inputs and regression targets, fitted on training rows alone. Results equal scikit-learn's
 * StandardScaler and MinMaxScaler (their treatment of constant features included); a channel of an image is one feature.
 */
import { z } from 'zod';
import type { Dataset, LabelledData } from './dataset.ts';
import { sizeOf } from '../shape.ts';

export const normalizeKnob = z
  .enum(['standard', 'minMax', 'none'])
  .default('standard')
  .describe(
    'standard: mean 0 and variance 1; minMax: from 0 to 1; fitted on the training rows, per feature or channel',
  );

/** normalized = (x - offset) / scale, with one entry per feature, channel or target. */
export interface Normalization {
  readonly method: z.infer<typeof normalizeKnob>;
  readonly offset: readonly number[];
  readonly scale: readonly number[];
}

type Method = Normalization['method'];

export function fitInputs({ inputs, inputShape }: Dataset, rows: Int32Array, method: Method): Normalization {
  const features = { values: inputs, rows, width: sizeOf(inputShape), channels: inputShape.at(-1)! };
  return { method, ...fits[method](features) };
}

export function fitTargets({ targets, targetSize }: LabelledData, rows: Int32Array, method: Method): Normalization {
  return { method, ...fits[method]({ values: targets, rows, width: targetSize, channels: targetSize }) };
}

/** normalized = (x - center) * factor + shift, with one entry per channel: the form that keeps its precision in float32. */
export interface Affine {
  readonly center: readonly number[];
  readonly factor: readonly number[];
  readonly shift: readonly number[];
}

/** Values such as times lie far from zero: they are centered first, and what float32 cuts off their center is made up. */
export function normalizing({ offset, scale }: Normalization): Affine {
  const center = offset.map(Math.fround);
  return {
    center,
    factor: scale.map(value => 1 / value),
    shift: offset.map((value, channel) => (center[channel]! - value) / scale[channel]!),
  };
}

interface Features {
  readonly values: Dataset['inputs'] | Dataset['targets'];
  readonly rows: Int32Array;
  /** Numbers in a row; number i belongs to channel i modulo channels. */
  readonly width: number;
  readonly channels: number;
}

type Fit = (features: Features) => Omit<Normalization, 'method'>;

const fits: Readonly<Record<Method, Fit>> = {
  standard: fitStandard,
  minMax: fitMinMax,
  none: ({ channels }) => ({ offset: new Array<number>(channels).fill(0), scale: new Array<number>(channels).fill(1) }),
};

function forEachValue({ values, rows, width, channels }: Features, visit: (value: number, channel: number) => void) {
  for (const row of rows) {
    for (let column = 0; column < width; column++) visit(values[row * width + column]!, column % channels);
  }
}

/** Two passes, the second with the correction of Chan, Golub & LeVeque 1983 for the rounding of the mean. */
function fitStandard(features: Features): Omit<Normalization, 'method'> {
  const { rows, width, channels } = features;
  const count = (rows.length * width) / channels;
  const mean = new Float64Array(channels);
  forEachValue(features, (value, channel) => (mean[channel]! += value));
  mean.forEach((sum, channel) => (mean[channel] = sum / count));
  const squares = new Float64Array(channels);
  const rest = new Float64Array(channels);
  forEachValue(features, (value, channel) => {
    const deviation = value - mean[channel]!;
    squares[channel]! += deviation * deviation;
    rest[channel]! += deviation;
  });
  const scale = Array.from(squares, (sum, channel) => {
    const variance = (sum - rest[channel]! ** 2 / count) / count;
    return isConstant(variance, mean[channel]!, count) ? 1 : Math.sqrt(variance);
  });
  return { offset: [...mean], scale };
}

/** Whether a variance is no more than rounding errors: scikit-learn's _is_constant_feature. */
export function isConstant(variance: number, mean: number, count: number): boolean {
  return variance <= count * Number.EPSILON * variance + (count * mean * Number.EPSILON) ** 2;
}

function fitMinMax(features: Features): Omit<Normalization, 'method'> {
  const low = new Array<number>(features.channels).fill(Infinity);
  const high = new Array<number>(features.channels).fill(-Infinity);
  forEachValue(features, (value, channel) => {
    low[channel] = Math.min(low[channel]!, value);
    high[channel] = Math.max(high[channel]!, value);
  });
  return { offset: low, scale: high.map((value, channel) => rangeScale(value - low[channel]!)) };
}

/** scikit-learn's _handle_zeros_in_scale. */
export function rangeScale(range: number): number {
  return range < 10 * Number.EPSILON ? 1 : range;
}
