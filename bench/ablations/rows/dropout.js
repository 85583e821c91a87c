import { fewDigitsText, gap } from '../few-digits.js';

const hidden = { dense: { units: 128, activation: 'relu' } };
const arm = (inputs, units) => seed =>
  gap({ model: { layers: ['flatten', { dropout: inputs }, hidden, { dropout: units }] }, seed });

export default {
  name: 'dropout',
  row: 'layers: dropout',
  shows: 'a smaller gap between training and validation loss at 500 images',
  data: `${fewDigitsText}, dense 128, 40 epochs`,
  unit: 'validation loss minus training loss',
  higherIsBetter: false,
  arms: { without: arm(0, 0), with: arm(0.2, 0.5) },
  holds: ({ difference }) => difference.high < 0,
};
