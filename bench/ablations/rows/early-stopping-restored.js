import { score } from '../../../dist/train/evaluate.js';
import { about, overfit } from '../overfitting-net.js';

const patience = 5;

const above = lossOf => async seed => {
  const { curve, after } = await overfit({
    seed,
    train: { earlyStopping: { patience } },
    after: ({ program, weights, batches, graphs }) => score({ program, weights }, batches, batches.validation, graphs),
  });
  return lossOf({ curve, restored: after.loss }) - Math.min(...curve.validation);
};

export default {
  name: 'early-stopping-restored',
  row: 'stop: remembers and restores the best weights',
  shows: 'the validation loss of the restored weights is the lowest of the curve, to the bit',
  data: `${about}, patience ${patience}`,
  unit: 'validation loss above the lowest one',
  higherIsBetter: false,
  arms: {
    'last epoch': above(({ curve }) => curve.validation.at(-1)),
    'restored weights': above(({ restored }) => restored),
  },
  holds: ({ values }) => values['restored weights'].every(value => value === 0),
};
