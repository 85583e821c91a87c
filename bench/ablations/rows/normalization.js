import { breastCancer, percent, trainOnce } from '../common.js';

const arm = normalize => async seed => {
  const { test } = await trainOnce({
    data: { ...breastCancer, normalize },
    model: { layers: [{ dense: { units: 32, activation: 'relu' } }] },
    train: { epochs: 50, earlyStopping: { patience: 10 } },
    seed,
  });
  return percent(test.accuracy);
};

export default {
  name: 'normalization',
  row: 'data: normalization',
  shows: 'trains better than on raw features',
  data: 'breast cancer, dense 32, Adam, 50 epochs at most',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: { without: arm('none'), with: arm('standard') },
  holds: ({ difference }) => difference.low > 0,
};
