/**
 * Normalization of inputs that are in a file, in one pass over their training rows: the numbers of fitInputs().
 * Chan, Golub & LeVeque 1979, Updating formulae and a pairwise algorithm for computing sample variances.
 */
import { isConstant, rangeScale, type Normalization } from '../normalization.ts';
import { inFileOrder, readBlocks } from './read-blocks.ts';
import type { StreamedDataset } from './streamed.ts';

/** Blocks need not be of whole minibatches. */
const anyBatch = 1;

export async function fitStreamedInputs(
  data: StreamedDataset,
  rows: Int32Array,
  method: Normalization['method'],
): Promise<Normalization> {
  const channels = Array.from({ length: data.inputShape.at(-1)! }, createMoments);
  if (method !== 'none')
    for await (const { inputs } of readBlocks(data, inFileOrder(rows, data), anyBatch)) addBlock(channels, inputs);
  const fitted = channels.map(results[method]);
  return { method, offset: fitted.map(({ offset }) => offset), scale: fitted.map(({ scale }) => scale) };
}

/** Of one channel. */
interface Moments {
  count: number;
  mean: number;
  /** Sum of the squared distances from the mean. */
  squares: number;
  low: number;
  high: number;
}

function createMoments(): Moments {
  return { count: 0, mean: 0, squares: 0, low: Infinity, high: -Infinity };
}

const results: Readonly<Record<Normalization['method'], (moments: Moments) => { offset: number; scale: number }>> = {
  standard({ count, mean, squares }) {
    const variance = squares / count;
    return { offset: mean, scale: isConstant(variance, mean, count) ? 1 : Math.sqrt(variance) };
  },
  minMax: ({ low, high }) => ({ offset: low, scale: rangeScale(high - low) }),
  none: () => ({ offset: 0, scale: 1 }),
};

/** Moments of the block in two passes, put together with those of the blocks before. */
function addBlock(channels: readonly Moments[], values: Float32Array | Uint8Array): void {
  const step = channels.length;
  const count = values.length / step;
  channels.forEach((all, channel) => {
    let sum = 0;
    for (let at = channel; at < values.length; at += step) {
      const value = values[at]!;
      sum += value;
      if (value < all.low) all.low = value;
      if (value > all.high) all.high = value;
    }
    const mean = sum / count;
    let squares = 0;
    let rest = 0;
    for (let at = channel; at < values.length; at += step) {
      const deviation = values[at]! - mean;
      squares += deviation * deviation;
      rest += deviation;
    }
    const distance = mean - all.mean;
    const total = all.count + count;
    all.squares += squares - rest ** 2 / count + (distance ** 2 * all.count * count) / total;
    all.mean += (distance * count) / total;
    all.count = total;
  });
}
