import { partsOf } from '../../../dist/train/data/parts.js';
import { dataSection, loadDataset } from '../../../dist/train/data/section.js';
import { dataFolder, trainOnce } from '../common.js';
import { oncePerSeed } from '../once.js';

const patience = 5;
const learningRate = 0.005;
const data = { csv: { file: 'uci/kin8nm.csv.gz' }, split: { validation: 0.4 } };

const plantedEpoch = seed => 20 + 5 * (seed % 5);

/**
 * A linear model whose features are independent, trained from zero by the gradient of all rows, has after t epochs come the
 * share 1 - (1 - 2 learningRate)^t of its way. So that is what the validation targets shrink to.
 */
const plant = oncePerSeed(async seed => {
  const section = dataSection.parse(data);
  const dataset = await loadDataset(section, dataFolder, seed);
  const { train, validation } = partsOf(dataset, section, seed);
  const share = 1 - (1 - 2 * learningRate) ** plantedEpoch(seed);
  const mean = train.reduce((sum, row) => sum + dataset.targets[row], 0) / train.length;
  const targets = dataset.targets.slice();
  for (const row of validation) targets[row] = mean + share * (targets[row] - mean);
  const { best, curve } = await trainOnce({
    data: { split: data.split },
    dataset: { ...dataset, targets },
    model: { layers: [] },
    train: { optimizer: { sgd: learningRate }, batchSize: train.length, epochs: 200, earlyStopping: { patience } },
    seed,
    options: { given: new Map([['output.kernel', new Float32Array(dataset.inputShape[0])]]) },
  });
  return { best: best.epoch, stopped: curve.validation.length };
});

export default {
  name: 'early-stopping-planted',
  row: 'stop: patience',
  shows: 'stops within patience of the planted minimum',
  data: `kin8nm, a linear model whose lowest validation loss is known beforehand; patience ${patience}`,
  unit: 'epoch',
  higherIsBetter: true,
  note: 'Epochs 20, 25, 30, 35 and 40. Noise of the validation rows may move the lowest loss by an epoch or two.',
  arms: {
    planted: plantedEpoch,
    'best epoch': async seed => (await plant(seed)).best,
    'last epoch': async seed => (await plant(seed)).stopped,
  },
  holds: ({ values: { planted, 'best epoch': best, 'last epoch': last } }) =>
    planted.every(
      (epoch, index) => Math.abs(best[index] - epoch) <= patience && last[index] - best[index] === patience,
    ),
};
