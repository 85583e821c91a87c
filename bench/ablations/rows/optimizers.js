import { optimizers } from '../../../dist/train/optimizers/index.js';
import { about, atBest, atDefault } from '../optimizing.js';

const armsOf = name => [
  [`${name}, default rate`, atDefault(name)],
  [`${name}, best of three`, atBest(name)],
];

export default {
  name: 'optimizers',
  row: 'optimizer: all of them',
  shows: 'every optimizer learns; no order is claimed',
  data: about,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  note: 'Three rates: a tenth of the default, the default and ten times it; the validation loss chooses. Adadelta needs larger ones: its paper has none, which is a rate of 1, where the default of Keras is 0.001. The difference of the last arm and the first says nothing here.',
  arms: Object.fromEntries(Object.keys(optimizers).flatMap(armsOf)),
  holds: ({ mean }) => Object.entries(mean).every(([arm, value]) => !arm.endsWith('best of three') || value > 50),
};
