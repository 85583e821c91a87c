import { mnist, percent, trainOnce } from '../common.js';

const gap = dropout => async seed => {
  const { curve } = await trainOnce({
    data: { ...mnist, trainingExamples: 500 },
    model: { layers: ['flatten', { dropout }, { dense: { units: 128, activation: 'relu' } }, { dropout }] },
    train: { epochs: 30, earlyStopping: { patience: 30 } },
    seed,
  });
  return curve.validation.at(-1) - curve.train.at(-1);
};

export default {
  name: 'dropout',
  row: 'layers: dropout',
  shows: 'a smaller gap between training and validation loss at 500 images',
  data: 'mnist10k, 500 training images, dense 128',
  unit: 'validation loss minus training loss after the last epoch',
  higherIsBetter: false,
  arms: { without: gap(0), with: gap(0.3) },
  holds: ({ difference }) => difference.high < 0,
};
