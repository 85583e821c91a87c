import { about, overfit } from '../overfitting-net.js';

export default {
  name: 'early-stopping',
  row: 'stop: early stopping on validation loss',
  shows: 'a lower loss on test than that of training to the end',
  data: about,
  unit: 'test loss',
  higherIsBetter: false,
  note: 'The end of a training is its epoch of the lowest training loss, one of the last.',
  arms: {
    'trained to the end': async seed => {
      const metric = { name: 'trainLoss', goal: 'minimize' };
      return (await overfit({ seed, metric, train: { earlyStopping: false } })).test.loss;
    },
    'stopped early': async seed => (await overfit({ seed, train: { earlyStopping: { patience: 5 } } })).test.loss,
  },
  holds: ({ difference }) => difference.high < 0,
};
