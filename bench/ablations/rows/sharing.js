import { mnist, percent, trainOnce } from '../common.js';

const conv = { conv2d: { filters: 12, kernelSize: 3, padding: 'same', activation: 'relu' } };

const applied = times => async seed => {
  const { test } = await trainOnce({
    data: { ...mnist, trainingExamples: 1000 },
    model: {
      layers: [conv, { maxPool: 4 }, { repeat: { times, layers: [conv], combine: 'learned' } }, 'globalAveragePool'],
    },
    train: { epochs: 20, earlyStopping: false, optimizer: { adam: 0.003 } },
    seed,
  });
  return percent(test.accuracy);
};

export default {
  name: 'sharing',
  row: 'layers: parameter sharing',
  shows: 'the same weights applied more often make a better net',
  data: 'mnist10k, 1000 training images, one convolution applied 1, 4 or 8 times',
  unit: 'test accuracy, %',
  note: 'On images that are flattened in place of averaged, the end has weights enough, and once is best (seeds 11 to 13).',
  higherIsBetter: true,
  arms: { once: applied(1), '8 times': applied(8), '4 times': applied(4) },
  holds: ({ difference }) => difference.low > 0,
};
