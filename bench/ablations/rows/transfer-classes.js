import { percent, trainOnce } from '../common.js';
import { mnistOf } from '../mnist-parts.js';
import { model, pretrained } from '../transferring.js';

const onTarget = async (seed, given) => {
  const { test } = await trainOnce({
    data: { trainingExamples: 200, split: { validation: 0.0129 } },
    dataset: await mnistOf(['5', '6', '7', '8', '9']),
    model,
    train: { epochs: 40, batchSize: 16, earlyStopping: false },
    seed,
    options: given ? { given } : {},
  });
  return percent(test.accuracy);
};

export default {
  name: 'transfer-classes',
  row: 'transfer: to other classes',
  shows: 'better than from scratch at 200 target images, where the classes are others',
  data: 'digits 0 to 4 of mnist10k, then 200 images of the digits 5 to 9',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  note: 'The dense layer is the one that hurts, as it tells the old classes apart: with the convolutions alone, transfer is even with training from scratch (seeds 11 to 13).',
  arms: {
    'from scratch': seed => onTarget(seed),
    transferred: async seed => {
      const source = { data: {}, dataset: await mnistOf(['0', '1', '2', '3', '4']) };
      return onTarget(seed, await pretrained(source, seed));
    },
  },
  holds: ({ difference }) => difference.low > 0,
};
