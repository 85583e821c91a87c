import { mnist, percent, trainOnce } from '../common.js';
import { accuracyOf, compress } from '../compressing.js';
import { oncePerSeed } from '../once.js';

const epochs = 25;
const conv = filters => ({ conv2d: { filters, kernelSize: 3, strides: 2, activation: 'relu' } });
const dense = units => ({ dense: { units, activation: 'relu' } });
const large = [conv(16), conv(32), 'flatten', { dropout: 0.4 }, dense(64), { dropout: 0.4 }];
const small = ['flatten', dense(12)];

const trainOf = layers => ({
  data: { ...mnist, trainingExamples: 1000 },
  model: { layers },
  train: { epochs, earlyStopping: false },
});

const distilled = oncePerSeed(seed => compress([{ distill: { layers: small, epochs } }], trainOf(large), seed));

export default {
  name: 'distill',
  row: 'compress: distill',
  shows: 'a small net that learns from a large one is better than the same net alone',
  data: 'mnist10k, 1000 training images, a convolutional net (79242 weights) and dense 12 (9550)',
  unit: 'test accuracy, %',
  note: 'A net this small has little room for what the large one knows: better with four of five seeds, by less than the noise.',
  higherIsBetter: true,
  arms: {
    'small net alone': async seed => percent((await trainOnce({ ...trainOf(small), seed })).test.accuracy),
    'large net': async seed => accuracyOf((await distilled(seed)).original),
    'small net distilled': async seed => accuracyOf((await distilled(seed)).small),
  },
  holds: ({ difference }) => difference.low > 0,
};
