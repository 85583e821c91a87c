/** Zero-shot learning of digits, whose vectors are the segments of a display: which of the seven are lit. */
import { predictRows } from '../../dist/train/predictions.js';
import { scoreZeroShot } from '../../dist/train/zero-shot-score.js';
import { mnist, trainOnce } from './common.js';
import { oncePerSeed } from './once.js';

/** Top, upper right, lower right, bottom, lower left, upper left, middle. */
const lit = ['abcdef', 'bc', 'abged', 'abgcd', 'fgbc', 'afgcd', 'afgedc', 'abc', 'abcdefg', 'abcdfg'];

const vectors = Object.fromEntries(
  lit.map((segments, digit) => [digit, Array.from('abcdefg', segment => (segments.includes(segment) ? 1 : -1))]),
);

/** Two digits for each seed: five seeds in a row leave every digit out once. */
function unseenOf(seed) {
  return [(seed - 1) % 5, ((seed - 1) % 5) + 5].map(String);
}

const conv = filters => ({ conv2d: { filters, kernelSize: 3, strides: 2, activation: 'relu' } });

/** @returns { unseenAccuracy, chance, rejectionAuc, seenAccuracy } */
export const scoreUnseen = oncePerSeed(async seed => {
  const { after } = await trainOnce({
    data: { ...mnist, zeroShot: { vectors, unseen: unseenOf(seed) } },
    model: { layers: [conv(8), conv(16), 'flatten', { dense: { units: 64, activation: 'relu' } }] },
    train: { epochs: 6, batchSize: 64 },
    seed,
    after: ({ program, weights, batches, dataset }) => {
      const [tested, validated] = [batches.test, batches.validation].map(rows =>
        predictRows({ program, weights }, batches, rows),
      );
      return scoreZeroShot(dataset.classVectors, dataset.targets, batches.test, tested, validated);
    },
  });
  return after;
});
