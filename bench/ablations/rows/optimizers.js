import { optimizers } from '../../../dist/train/optimizers/index.js';
import { about, accuracyAt, threeRates } from '../optimizing.js';

const armsOf = name => [
  [`${name}, default rate`, accuracyAt(name, [1])],
  [`${name}, best of three`, accuracyAt(name, threeRates)],
];

export default {
  name: 'optimizers',
  row: 'optimizer: all of them',
  shows: 'every optimizer learns; no order is claimed',
  data: about,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  note: 'Three rates: a tenth of the default, the default and ten times it; the validation loss chooses.',
  arms: Object.fromEntries(Object.keys(optimizers).flatMap(armsOf)),
  holds: ({ mean }) => Object.entries(mean).every(([arm, value]) => !arm.endsWith('best of three') || value > 50),
};
