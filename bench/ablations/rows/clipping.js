import { mnist, percent, trainOnce, unlessDiverged } from '../common.js';

const diverged = { test: { accuracy: 0.1 } };

const recurrent = train => async seed => {
  const training = trainOnce({
    data: { ...mnist, trainingExamples: 1000 },
    model: { layers: [{ reshape: [28, 28] }, { gru: 32 }] },
    train: {
      epochs: 10,
      earlyStopping: false,
      optimizer: { momentum: { learningRate: 1, momentum: 0.9 } },
      ...train,
    },
    seed,
  });
  return percent((await unlessDiverged(training, diverged)).test.accuracy);
};

export default {
  name: 'clipping',
  row: 'optimizer: gradient clipping by norm',
  shows: 'a high learning rate trains where it fails without',
  data: 'mnist10k, 1000 training images as 28 rows each, GRU of 32 units',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  note: 'A training that ends in NaN counts as 10 %.',
  arms: {
    'no clipping': recurrent({}),
    'norm at most 1': recurrent({ clipping: { globalNorm: 1 } }),
    'norm at most 0.1': recurrent({ clipping: { globalNorm: 0.1 } }),
  },
  holds: ({ difference }) => difference.low > 0,
};
