import { digits, percent, trainOnce } from '../common.js';

const arm = kernelInitializer => async seed => {
  const { test } = await trainOnce({
    data: digits,
    model: {
      layers: [{ stack: { times: 20, layers: [{ dense: { units: 64, activation: 'relu', kernelInitializer } }] } }],
    },
    train: { epochs: 20 },
    seed,
  });
  return percent(test.accuracy);
};

export default {
  name: 'init-training',
  row: 'init: He',
  shows: 'a net of 20 layers trains',
  data: 'scikit-learn digits, 20 dense layers of 64, Adam, 20 epochs at most',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: { 'normal, 0.05': arm({ randomNormal: 0.05 }), he: arm('heNormal') },
  holds: ({ difference }) => difference.low > 0,
};
