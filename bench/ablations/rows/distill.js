import { percent, trainOnce } from '../common.js';
import { about, accuracyOf, compress, setting } from '../compressing.js';

const small = ['flatten', { dense: { units: 12, activation: 'relu' } }];
const distill = { distill: { layers: small, epochs: setting.train.epochs } };

export default {
  name: 'distill',
  row: 'compress: distill',
  shows: 'a small net that learns from a large one is better than the same net alone',
  data: `${about}; the small net: dense 12 (9550 weights)`,
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: {
    'small net alone': async seed => {
      const { test } = await trainOnce({ ...setting, model: { layers: small }, seed });
      return percent(test.accuracy);
    },
    'large net': async seed => percent((await trainOnce({ ...setting, seed })).test.accuracy),
    'small net distilled': async seed => accuracyOf((await compress([distill], seed)).small),
  },
  holds: ({ difference }) => difference.low > 0,
};
