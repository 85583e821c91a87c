/** A network that overfits: its validation loss falls, and then rises again. */
import { mnist, trainOnce } from './common.js';

export const about = 'mnist10k, 500 training images, dense 256, at most 60 epochs';

export function overfit({ train, ...rest }) {
  return trainOnce({
    data: { ...mnist, trainingExamples: 500 },
    model: { layers: ['flatten', { dense: { units: 256, activation: 'relu' } }] },
    train: { epochs: 60, ...train },
    ...rest,
  });
}
