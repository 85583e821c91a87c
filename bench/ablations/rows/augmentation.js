import { errors, fewDigitsText } from '../few-digits.js';

const arm = augment => seed => errors({ train: { augment }, seed });

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
