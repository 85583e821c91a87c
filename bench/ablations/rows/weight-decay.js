import { fewDigitsText, lastLoss } from '../few-digits.js';

const model = {
  layers: ['flatten', { dense: { units: 128, activation: 'relu' } }, { dense: { units: 128, activation: 'relu' } }],
};
const arm = train => seed => lastLoss({ model, train, seed });

export default {
  name: 'weight-decay',
  row: 'regularize: decoupled decay',
  shows: 'less overfitting at few examples',
  data: `${fewDigitsText}, dense 128 and 128, 40 epochs`,
  unit: 'validation loss after the last epoch',
  higherIsBetter: false,
  arms: { without: arm({}), with: arm({ weightDecay: 1 }) },
  holds: ({ difference }) => difference.high < 0,
};
