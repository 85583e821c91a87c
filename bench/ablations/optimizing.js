/** What the rows about optimizers share: a small net, trained at several rates. */
import { optimizers } from '../../dist/train/optimizers/index.js';
import { mnist, percent, trainOnce, unlessDiverged } from './common.js';
import { oncePerSeed } from './once.js';

export const about = 'mnist10k, 2000 training images, dense 64, 8 epochs';

const diverged = { test: { accuracy: 0.1 }, best: { value: Infinity } };

async function trainWith(name, learningRate, seed) {
  const training = trainOnce({
    data: { ...mnist, trainingExamples: 2000 },
    model: { layers: ['flatten', { dense: { units: 64, activation: 'relu' } }] },
    train: { epochs: 8, optimizer: { [name]: learningRate }, earlyStopping: false },
    seed,
  });
  const { test, best } = await unlessDiverged(training, diverged);
  return { accuracy: percent(test.accuracy), validationLoss: best.value };
}

/** A tenth of the default rate, the default and ten times it. */
const factors = [0.1, 1, 10];

const trainings = Object.fromEntries(
  Object.entries(optimizers).map(([name, { knobs }]) => {
    const { learningRate } = knobs.parse({});
    return [name, factors.map(factor => oncePerSeed(seed => trainWith(name, factor * learningRate, seed)))];
  }),
);

/** Test accuracy at the default rate. */
export const atDefault = name => async seed => (await trainings[name][factors.indexOf(1)](seed)).accuracy;

/** The same at the one of three rates that has the lowest validation loss. */
export const atBest = name => async seed => {
  const trained = [];
  for (const train of trainings[name]) trained.push(await train(seed));
  return trained.toSorted((a, b) => a.validationLoss - b.validationLoss)[0].accuracy;
};
