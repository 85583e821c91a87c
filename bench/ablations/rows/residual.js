import { digits, percent, trainOnce } from '../common.js';

const block = ['batchNorm', { activation: 'relu' }, { dense: 32 }];

const arm = layers => async seed => {
  const { test } = await trainOnce({
    data: digits,
    model: { layers: [{ dense: 32 }, { stack: { times: 50, layers } }, 'batchNorm', { activation: 'relu' }] },
    train: { epochs: 15, earlyStopping: false },
    seed,
  });
  return percent(test.accuracy);
};

export default {
  name: 'residual',
  row: 'layers: residual block',
  shows: 'a 50-layer plain net fails where its residual twin trains',
  data: 'scikit-learn digits, 50 blocks of batch normalization, relu and dense 32, Adam, 15 epochs',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: { plain: arm(block), residual: arm([{ residual: block }]) },
  holds: ({ mean, difference }) => difference.low > 0 && mean.residual > 90,
};
