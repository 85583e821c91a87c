import { mnist, percent, trainOnce } from '../common.js';
import { cnn } from '../nets.js';

const arm = mix => async seed => {
  const { test } = await trainOnce({
    data: { ...mnist, trainingExamples: 100, split: { validation: 0.02 }, ...mix },
    model: cnn,
    train: { epochs: 40, earlyStopping: { patience: 10 } },
    seed,
  });
  return percent(test.accuracy);
};

export default {
  name: 'synthetic-mix',
  row: 'data: synthetic mix',
  shows: 'glyphs and 100 real digits beat 100 real digits alone',
  data: 'mnist10k, 100 training images, 160 for early stopping; 1900 glyphs',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: { without: arm({}), with: arm({ mix: { glyphs: {}, share: 0.95 } }) },
  holds: ({ difference }) => difference.low > 0,
};
