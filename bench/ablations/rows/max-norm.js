import { fewDigitsText, lastLoss } from '../few-digits.js';

const model = {
  layers: ['flatten', { dense: { units: 128, activation: 'relu' } }, { dense: { units: 128, activation: 'relu' } }],
};
const arm = train => seed => lastLoss({ model, train, seed });

export default {
  name: 'max-norm',
  row: 'regularize: max-norm',
  shows: 'less overfitting at few examples',
  data: `${fewDigitsText}, dense 128 and 128, 40 epochs`,
  unit: 'validation loss after the last epoch',
  note: 'The limit matters: on seeds 11 to 13 a limit of 1 hardly helped, and 0.3 made the loss far higher.',
  higherIsBetter: false,
  arms: { without: arm({}), with: arm({ constraint: { maxNorm: 0.5 } }) },
  holds: ({ difference }) => difference.high < 0,
};
