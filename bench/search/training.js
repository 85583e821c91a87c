/**
 * `npm run bench -- search-training`: real training on real data, the default sampler and pruner against random search
 * without a pruner, at equal epochs. Both train until they have spent the same number of epochs; the lower validation
 * loss of a complete trial wins. The score on the test rows stands beside it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf } from '../../dist/report/environment.js';
import { tune } from '../../dist/tune/tune.js';
import { dataFolder } from '../ablations/common.js';
import { machineLine, number, table } from '../harness/markdown.js';
import { readSaved } from '../harness/read-saved.js';
import { mean } from '../harness/statistics.js';

const saved = new URL('../results/search-training.json', import.meta.url);

/** Share of the seeds to win. */
const target = 0.8;

const common = {
  learningRate: { type: 'float', low: 1e-5, high: 1e-1, log: true },
  optimizer: { type: 'categorical', choices: ['adam', 'momentum', 'rmsprop'] },
  batchSize: { type: 'categorical', choices: [32, 64, 128] },
  activation: { type: 'categorical', choices: ['relu', 'tanh', 'elu'] },
  dropout: { type: 'float', low: 0, high: 0.6, default: 0 },
  l2: { type: 'float', low: 1e-7, high: 1e-2, log: true },
};
const train = {
  optimizer: { $optimizer: { learningRate: '$learningRate' } },
  batchSize: '$batchSize',
  l2: '$l2',
  // Random search without a pruner trains every trial to its end, so that it has as many trials as the epochs allow.
  earlyStopping: false,
};
const dense = {
  stack: {
    times: '$layers',
    layers: [{ dense: { units: '$units', activation: '$activation' } }, { dropout: '$dropout' }],
  },
};
const denseSpace = {
  layers: { type: 'int', low: 1, high: 3 },
  units: { type: 'int', low: 8, high: 256, log: true },
};

/** `trials`: those of random search, which set the number of epochs. */
const sets = {
  digits: {
    trials: 25,
    epochs: 12,
    data: { csv: { file: `${dataFolder}sklearn/digits.csv.gz`, header: false }, task: 'classification' },
    model: { layers: [dense] },
    space: { ...common, ...denseSpace },
  },
  energy: {
    trials: 25,
    epochs: 30,
    data: { csv: { file: `${dataFolder}uci/energy.csv.gz`, target: 'y' }, task: 'regression' },
    model: { layers: [dense] },
    space: { ...common, ...denseSpace },
  },
  mnist10k: {
    trials: 20,
    epochs: 10,
    data: {
      idx: {
        images: `${dataFolder}mnist10k/train-images-idx3-ubyte.gz`,
        labels: `${dataFolder}mnist10k/train-labels-idx1-ubyte.gz`,
        testImages: `${dataFolder}mnist10k/t10k-images-idx3-ubyte.gz`,
        testLabels: `${dataFolder}mnist10k/t10k-labels-idx1-ubyte.gz`,
      },
      split: { validation: 0.1 },
      trainingExamples: 800,
    },
    model: {
      layers: [
        { conv2d: { filters: '$filters1', kernelSize: 3, activation: '$activation' } },
        { maxPool: 2 },
        { conv2d: { filters: '$filters2', kernelSize: 3, activation: '$activation' } },
        { maxPool: 2 },
        'flatten',
        { dropout: '$dropout' },
        { dense: { units: '$units', activation: '$activation' } },
      ],
    },
    space: {
      ...common,
      filters1: { type: 'int', low: 4, high: 16, log: true },
      filters2: { type: 'int', low: 8, high: 32, log: true },
      units: { type: 'int', low: 16, high: 128, log: true },
    },
  },
};

export const setNames = Object.keys(sets);

/**
 * @param {{ sets: string[], sampler?: string, pruner?: string, seeds: number, first: number, isSaved: boolean, say: (line: string) => void }} options
 *   sampler, pruner: what is tried against random search; default: what a study has when nothing is said;
 *   isSaved: the sets join those of earlier runs in results/search-training.json
 */
export async function searchTraining({ sets: names, sampler, pruner, seeds, first, isSaved, say }) {
  const results = [];
  for (const name of names) {
    const runs = [];
    for (let seed = first; seed < first + seeds; seed++) {
      const random = await spend(name, seed, { sampler: 'random', pruner: 'none' });
      const ours = await spend(name, seed, { sampler, pruner });
      runs.push({ seed, random, ours, isWin: ours.value < random.value });
      say(`${name}, seed ${seed}: ${shown(ours)} against random ${shown(random)}`);
    }
    const { trials, epochs } = sets[name];
    const [{ ours }] = runs;
    const wins = runs.filter(({ isWin }) => isWin).length;
    results.push({ name, epochs: trials * epochs, sampler: ours.sampler, pruner: ours.pruner, wins, runs });
  }
  const document = {
    bench: 'search-training',
    date: new Date().toISOString(),
    environment: environmentOf(),
    sets: [...(isSaved ? await savedSets(names) : []), ...results].toSorted(
      (a, b) => setNames.indexOf(a.name) - setNames.indexOf(b.name),
    ),
  };
  return { document, markdown: markdown(document), isComplete: true };
}

/** Those of earlier runs that are not measured again. */
async function savedSets(names) {
  const { sets = [] } = (await readSaved(saved)) ?? {};
  return sets.filter(({ name }) => !names.includes(name));
}

/** A study that ends with the epochs of its data set; a trial that runs then counts with its best epoch, as it does for users. */
async function spend(name, seed, { sampler, pruner }) {
  const { trials, epochs, data, model, space } = sets[name];
  const most = trials * epochs;
  const enough = new AbortController();
  const reports = await mkdtemp(join(tmpdir(), 'bench-'));
  let spent = 0;
  const started = performance.now();
  try {
    const file = { name, data, model, space, train: { ...train, epochs } };
    const {
      report,
      best,
      trials: all,
    } = await tune(file, {
      seed,
      slots: 1,
      // Pruned trials are shorter: there will be more of them than random search has.
      trials: 10 * trials,
      ...(sampler !== undefined && { sampler }),
      ...(pruner !== undefined && { pruner }),
      reports,
      signal: enough.signal,
      observe(event) {
        if (event.type === 'trial-measured' && ++spent >= most) enough.abort();
      },
    });
    const count = state => all.filter(trial => trial.state === state).length;
    return {
      sampler: report.study.sampler,
      pruner: report.study.pruner,
      value: best.value,
      test: report.model?.test,
      best: best.id,
      config: best.config,
      epochs: spent,
      trials: all.length,
      pruned: count('pruned'),
      failed: count('failed'),
      seconds: (performance.now() - started) / 1000,
      curve: bestSoFar(all),
    };
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
}

/** [epochs spent, best value of a complete trial by then], at each improvement. */
function bestSoFar(trials) {
  const points = [];
  let epochs = 0;
  for (const { state, value, curve } of trials) {
    epochs += curve.length;
    if (state === 'complete' && !(value >= points.at(-1)?.[1])) points.push([epochs, value]);
  }
  return points;
}

function shown({ value, trials, pruned, seconds }) {
  return `${number(value)} (${trials} trials, ${pruned} pruned, ${seconds.toFixed(0)} s)`;
}

function markdown({ date, environment, sets: measured }) {
  return [
    machineLine(date, environment, { 'TensorFlow.js': environment.tensorflow }),
    'Against random search without a pruner: the best validation loss after equally many epochs, seed by seed.',
    table(
      ['data', 'epochs', 'sampler, pruner', 'mean', 'of random', 'test', 'of random', 'wins', 'verdict'],
      measured.map(({ name, epochs, sampler, pruner, wins, runs }) => [
        name,
        epochs,
        `${sampler}, ${pruner}`,
        number(mean(runs.map(({ ours }) => ours.value))),
        number(mean(runs.map(({ random }) => random.value))),
        number(mean(runs.map(({ ours }) => ours.test.loss))),
        number(mean(runs.map(({ random }) => random.test.loss))),
        `${wins} of ${runs.length}`,
        `${wins >= target * runs.length ? 'met' : 'missed'}: at least ${Math.ceil(target * runs.length)}`,
      ]),
    ),
    'Each seed: the validation loss; in brackets the test loss, the number of trials and how many of them were pruned.',
    table(
      ['data', 'seed', 'ours', 'random', 'lower'],
      measured.flatMap(({ name, runs }) =>
        runs.map(({ seed, ours, random, isWin }) => [name, seed, cell(ours), cell(random), isWin ? 'ours' : 'random']),
      ),
    ),
  ].join('\n\n');
}

function cell({ value, test, trials, pruned }) {
  return `${number(value)} (${number(test.loss)}; ${trials}, ${pruned})`;
}
