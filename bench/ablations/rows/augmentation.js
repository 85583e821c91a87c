import { percent, trainOnce } from '../common.js';
import { fewDigits, fewDigitsText } from '../few-digits.js';
import { cnn } from '../nets.js';

const arm = augment => async seed => {
  const { test } = await trainOnce({
    data: fewDigits,
    model: cnn,
    train: { epochs: 60, earlyStopping: { patience: 10 }, augment },
    seed,
  });
  return percent(1 - test.accuracy);
};

export default {
  name: 'augmentation',
  row: 'data: augmentation',
  shows: 'fewer errors at 500 training images',
  data: `${fewDigitsText}, a small convolutional net, 60 epochs at most`,
  unit: 'test errors, %',
  higherIsBetter: false,
  arms: { without: arm([]), with: arm([{ shift: 0.1 }, { rotate: 0.04 }, { zoom: 0.1 }]) },
  holds: ({ difference }) => difference.high < 0,
};
