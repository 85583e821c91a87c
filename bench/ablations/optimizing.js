/** What the rows about optimizers share: a small net, trained at several rates. */
import { optimizers } from '../../dist/train/optimizers/index.js';
import { mnist, percent, trainOnce, unlessDiverged } from './common.js';

export const about = 'mnist10k, 2000 training images, dense 64, 8 epochs';

const diverged = { test: { accuracy: 0.1 }, best: { value: Infinity } };

function trainWith(optimizer, seed) {
  const training = trainOnce({
    data: { ...mnist, trainingExamples: 2000 },
    model: { layers: ['flatten', { dense: { units: 64, activation: 'relu' } }] },
    train: { epochs: 8, optimizer, earlyStopping: false },
    seed,
  });
  return unlessDiverged(training, diverged);
}

/** Test accuracy at a learning rate that is the default one times a factor; of several, where the validation loss is lowest. */
export const accuracyAt = (name, factors) => async seed => {
  const { learningRate } = optimizers[name].knobs.parse({});
  const trained = [];
  for (const factor of factors) trained.push(await trainWith({ [name]: learningRate * factor }, seed));
  const [{ test }] = trained.toSorted((a, b) => a.best.value - b.best.value);
  return percent(test.accuracy);
};

export const threeRates = [0.1, 1, 10];
