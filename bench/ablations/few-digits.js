/** Few training images, which a network learns by heart: where regularization has something to do. */
import { score } from '../../dist/train/evaluate.js';
import { graphs, mnist, percent, trainOnce } from './common.js';
import { cnn } from './nets.js';

export const fewDigits = { ...mnist, trainingExamples: 500 };
export const fewDigitsText = 'mnist10k, 500 training images';

const epochs = 40;

/** Share of wrong test images of a small convolutional net, %. */
export async function errors({ train, metric, seed }) {
  const { test } = await trainOnce({
    data: fewDigits,
    model: cnn,
    train: { epochs: 60, earlyStopping: { patience: 10 }, ...train },
    ...(metric && { metric }),
    seed,
  });
  return percent(1 - test.accuracy);
}

/** Loss on the validation rows after the last epoch: nothing has looked at them before. */
export async function lastLoss({ model, train, seed }) {
  const { curve } = await trainOnce({
    data: fewDigits,
    model,
    train: { epochs, earlyStopping: false, ...train },
    seed,
  });
  return curve.validation.at(-1);
}

/** Validation loss minus training loss at the end of the training, both without dropout. */
export async function gap({ model, seed }) {
  const { after } = await trainOnce({
    data: fewDigits,
    model,
    train: { epochs, earlyStopping: false },
    // The weights that fit the training rows best: those of about the last epoch.
    metric: { name: 'trainLoss', goal: 'minimize' },
    seed,
    async after({ batches, program, weights }) {
      const lossOf = async rows => (await score({ program, weights }, batches, rows, graphs)).loss;
      return (await lossOf(batches.validation)) - (await lossOf(batches.train));
    },
  });
  return after;
}
