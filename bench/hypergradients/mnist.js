/**
 * Whole studies on handwritten digits that may take the same number of gradients: TPE chooses everything, or TPE chooses
 * the structure and the validation gradient moves all that is continuous.
 */
import { join } from 'node:path';
import { tune } from '../../dist/index.js';
import { studentInterval } from '../../dist/stats/intervals.js';
import { mnist } from '../ablations/common.js';
import { loadMnist, select } from '../ablations/mnist-parts.js';
import { inTemporaryFolder } from '../ablations/temporary-folder.js';
import { mean } from '../harness/statistics.js';
import { number, table } from '../harness/markdown.js';

/** Of training images; 2,000 more are the test set. */
const rows = { train: 2000, tuning: 400, validation: 800 };
const epochs = 6;
/** The study with gradients may take as many of them as so many plain trials. */
const plainTrials = 40;
/** Points of test accuracy that gradients may cost. */
const tolerance = 0.2;

const float = (low, high, standard, rest = {}) => ({ type: 'float', low, high, default: standard, ...rest });
const log = { log: true };

/** All of it is the same in both studies but for who tunes it. */
const continuous = {
  learningRate: float(1e-5, 1, 1e-2, log),
  momentum: float(0, 0.99, 0.9, { when: { optimizer: ['momentum'] } }),
  beta1: float(0, 0.99, 0.9, { when: { optimizer: ['adamw'] } }),
  weightDecay: float(1e-6, 1, 1e-2, { ...log, when: { optimizer: ['adamw'] } }),
  l2Conv1: float(1e-7, 1e-1, 1e-4, log),
  l2Conv2: float(1e-7, 1e-1, 1e-4, log),
  l2Dense: float(1e-7, 1e-1, 1e-4, log),
  dropoutConv: float(0.01, 0.5, 0.1),
  dropoutDense: float(0.01, 0.5, 0.2),
  labelSmoothing: float(0, 0.3, 0.02),
};
const structural = {
  filters1: { type: 'int', low: 4, high: 12, log: true, default: 8 },
  filters2: { type: 'int', low: 8, high: 24, log: true, default: 16 },
  units: { type: 'int', low: 16, high: 64, log: true, default: 32 },
  optimizer: { type: 'categorical', choices: ['momentum', 'adamw'] },
  batchSize: { type: 'categorical', choices: [32, 64], default: 64 },
};

const model = {
  layers: [
    { conv2d: { filters: '$filters1', kernelSize: 3, activation: 'relu', l2: '$l2Conv1' } },
    { maxPool: 2 },
    { conv2d: { filters: '$filters2', kernelSize: 3, activation: 'relu', l2: '$l2Conv2' } },
    { maxPool: 2 },
    'flatten',
    { gaussianDropout: '$dropoutConv' },
    { dense: { units: '$units', activation: 'relu', l2: '$l2Dense' } },
    { gaussianDropout: '$dropoutDense' },
  ],
};
const train = {
  optimizer: {
    $optimizer: {
      learningRate: '$learningRate',
      momentum: '$momentum',
      beta1: '$beta1',
      weightDecay: '$weightDecay',
    },
  },
  loss: { softmaxCrossEntropy: { labelSmoothing: '$labelSmoothing' } },
  batchSize: '$batchSize',
  epochs,
  earlyStopping: false,
};

const total = rows.train + rows.tuning + rows.validation;
const tuned = Object.fromEntries(
  Object.entries(continuous).map(([name, param]) => [name, { ...param, tune: 'gradient' }]),
);
const studies = {
  tpe: { space: { ...structural, ...continuous }, tuning: 0 },
  gradient: { space: { ...structural, ...tuned }, tuning: rows.tuning / total },
};

/** @param options.seeds how many, from 1 on */
export async function measureMnist({ seeds: count, say }) {
  const dataset = await someDigits();
  const budget = plainTrials * epochs * (rows.train + rows.tuning);
  const seeds = [];
  for (let seed = 1; seed <= count; seed++) {
    const run = async (name, most) => {
      const started = performance.now();
      const result = await runStudy(name, studies[name], { seed, dataset, budget: most });
      const seconds = (performance.now() - started) / 1000;
      say(`mnist: seed ${seed}, ${name}: ${resultText({ ...result, seconds })}`);
      return { ...result, seconds };
    };
    // Its last trial may take it beyond the budget: what it took is what the other may take.
    const gradient = await run('gradient', budget);
    const tpe = await run('tpe', gradient.gradientEvaluations);
    seeds.push({ seed, tpe, gradient });
  }
  return { rows, epochs, budget, seeds, ...judge(seeds) };
}

/** The same images in every study. */
async function someDigits() {
  const dataset = await loadMnist();
  const free = dataset.size - dataset.testSize;
  // The golden ratio spreads rows evenly.
  const order = Array.from({ length: free }, (_, row) => ({ row, place: (row * 0.618033988749895) % 1 }));
  const chosen = new Set(
    order
      .toSorted((a, b) => a.place - b.place)
      .slice(0, total)
      .map(({ row }) => row),
  );
  return select(dataset, row => row >= free || chosen.has(row), dataset.classes);
}

function runStudy(name, { space, tuning }, { seed, dataset, budget }) {
  return inTemporaryFolder(async folder => {
    const file = {
      name,
      // The source that these images are from; they are taken in its place.
      data: { ...mnist, split: { validation: rows.validation / total, tuning } },
      model,
      train,
      space,
      search: { sampler: 'tpe', pruner: 'none' },
      seed,
    };
    const limits = { trials: 10_000, gradientEvaluations: budget };
    // One trial after the other: what a sampler knows depends on nothing else then.
    const options = { ...limits, dataset, slots: 1, reports: join(folder, 'reports') };
    const { best, trials, report } = await tune(file, options);
    const failed = trials.filter(({ state }) => state === 'failed').length;
    return {
      loss: best.value,
      accuracy: 100 * report.model.test.metrics.accuracy,
      gradientEvaluations: report.cost.gradientEvaluations.sum,
      trials: trials.length,
      failed,
      best: {
        trial: best.id,
        config: best.config,
        ...(best.attributes.learned && { learned: best.attributes.learned }),
      },
    };
  });
}

function judge(seeds) {
  const differencesOf = value => seeds.map(({ tpe, gradient }) => gradient[value] - tpe[value]);
  const [loss, accuracy] = ['loss', 'accuracy'].map(differencesOf);
  return {
    difference: { loss: studentInterval(loss), accuracy: studentInterval(accuracy) },
    wins: loss.filter(difference => difference < 0).length,
    verdict: {
      loss: { value: mean(loss), met: mean(loss) < 0 },
      accuracy: { worst: Math.min(...accuracy), atLeast: -tolerance, met: Math.min(...accuracy) >= -tolerance },
    },
  };
}

function resultText({ loss, accuracy, trials, seconds }) {
  return `loss ${number(loss)}, test accuracy ${number(accuracy)} %, ${trials} trials, ${seconds.toFixed(0)} s`;
}

export function mnistMarkdown({ rows, epochs, budget, seeds, difference, wins, verdict }) {
  const titles = { tpe: 'TPE', gradient: 'TPE and gradients' };
  const lines = seeds.flatMap(({ seed, ...results }) =>
    Object.entries(results).map(([name, { loss, accuracy, gradientEvaluations, trials, failed, seconds }], index) => [
      index === 0 ? seed : '',
      titles[name],
      number(loss),
      accuracy.toFixed(2),
      `${Math.round(gradientEvaluations / 1000)}k`,
      trials,
      failed,
      number(seconds),
    ]),
  );
  const meansOf = name => {
    const of = value => mean(seeds.map(seed => seed[name][value]));
    return ['mean', titles[name], number(of('loss')), of('accuracy').toFixed(2), '', number(of('trials')), '', ''];
  };
  const { loss, accuracy } = verdict;
  return [
    `${rows.train} + ${rows.tuning} images to train and to tune by (TPE alone trains on all of them), ${rows.validation} that validate, 2,000 that test; ${epochs} epochs; ${budget / 1000}k gradients, counted in examples, until the study that tunes starts no more trials, and as many as it took for TPE alone.`,
    table(
      ['seed', 'study', 'best validation loss', 'test accuracy, %', 'gradients', 'trials', 'failed', 's'],
      [...lines, meansOf('tpe'), meansOf('gradient')],
    ),
    `Gradients minus TPE alone, seed by seed: loss ${intervalText(difference.loss)}, lower in ${wins} of ${seeds.length}; accuracy ${intervalText(difference.accuracy)} points. Target: a lower mean loss: ${loss.met ? 'met' : 'missed'}. Target: no seed more than ${-accuracy.atLeast} points worse on test: ${number(accuracy.worst)}, ${accuracy.met ? 'met' : 'missed'}.`,
  ].join('\n\n');
}

/** A single seed has no interval. */
function intervalText({ mean, low, high }) {
  return Number.isFinite(low) ? `${number(mean)} (95 %: ${number(low)} to ${number(high)})` : number(mean);
}
