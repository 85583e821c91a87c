/** A few numbers that stand for an example: its features, or what an image looks like as a whole. */
import type { Matrix } from '../../stats/logistic-regression.ts';
import { sizeOf } from '../shape.ts';
import type { Dataset } from './dataset.ts';
import { pickRows } from './numbers.ts';

export interface Features extends Matrix {
  readonly names: readonly string[];
}

export function featuresOf(dataset: Dataset, rows: Int32Array): Features {
  return dataset.inputShape.length === 3 ? imageFeatures(dataset, rows) : columnsOf(dataset, rows);
}

function columnsOf({ inputs, inputShape, columns }: Dataset, rows: Int32Array): Features {
  const width = sizeOf(inputShape);
  const values = Float64Array.from(pickRows(inputs, width, rows));
  const names = columns ?? Array.from({ length: width }, (_, column) => `input ${column + 1}`);
  return { rows: rows.length, columns: width, values, names };
}

/** Single pixels say little: a shift of an image by one changes them all. */
function imageFeatures({ inputs, inputShape }: Dataset, rows: Int32Array): Features {
  const [height, width, channels] = inputShape as readonly [number, number, number];
  const size = height * width * channels;
  const ofChannel = (name: string): string[] =>
    channels === 1 ? [name] : Array.from({ length: channels }, (_, channel) => `${name} of channel ${channel + 1}`);
  const names = [
    ...ofChannel('brightness'),
    ...ofChannel('contrast'),
    'weight to the right',
    'weight to the bottom',
    'edges across',
    'edges down',
  ];
  const values = new Float64Array(rows.length * names.length);
  rows.forEach((row, index) => {
    const image = inputs.subarray(row * size, (row + 1) * size);
    const sums = new Float64Array(channels);
    const squares = new Float64Array(channels);
    let [right, bottom, across, down, at] = [0, 0, 0, 0, 0];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < channels; channel++, at++) {
          const value = image[at]!;
          sums[channel]! += value;
          squares[channel]! += value * value;
          right += value * (x - (width - 1) / 2);
          bottom += value * (y - (height - 1) / 2);
          if (x > 0) across += Math.abs(value - image[at - channels]!);
          if (y > 0) down += Math.abs(value - image[at - channels * width]!);
        }
    const means = sums.map(sum => sum / (height * width));
    const deviations = squares.map((square, channel) =>
      Math.sqrt(Math.max(0, square / (height * width) - means[channel]! ** 2)),
    );
    const whole = [right, bottom, across, down].map(sum => sum / size);
    values.set([...means, ...deviations, ...whole], index * names.length);
  });
  return { rows: rows.length, columns: names.length, values, names };
}
