import { fewDigitsText, gap } from '../few-digits.js';

const hidden = { dense: { units: 128, activation: 'relu' } };
const output = { dense: { units: 32, activation: 'relu' } };
// A length scale of 1 for 500 examples, and 1 / examples: what the knobs advise.
const concrete = layer => ({
  concreteDropout: { layer, rate: 0.2, weightRegularizer: 1e-3, dropoutRegularizer: 2e-3 },
});

const arm = layers => seed => gap({ model: { layers: ['flatten', ...layers] }, seed });

export default {
  name: 'concrete-dropout',
  row: 'layers: concrete dropout',
  shows: 'a smaller gap between training and validation loss at 500 images, with a learned rate',
  data: `${fewDigitsText}, dense 128 and 32, 40 epochs`,
  unit: 'validation loss minus training loss',
  higherIsBetter: false,
  arms: { without: arm([hidden, output]), with: arm([concrete(hidden), concrete(output)]) },
  holds: ({ difference }) => difference.high < 0,
};
