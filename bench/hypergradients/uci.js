/**
 * The protocol of Clarke, Oldewage & Hernandez-Lobato 2022, "Scalable One-Pass Optimisation of High-Dimensional
 * Weight-Update Hyperparameters by Implicit Differentiation", https://arxiv.org/abs/2110.10461, on UCI data: a small
 * network from many random hyperparameters, all rows in every step, and the test error that it ends with.
 */
import { readFile } from 'node:fs/promises';
import { createRng } from '../../dist/study/rng.js';
import { score } from '../../dist/train/evaluate.js';
import { fitSection } from '../../dist/train/fit-section.js';
import { dataFolder, graphs, prepare, release, unlessDiverged, valLoss } from '../ablations/common.js';
import { bootstrappedError, mean, median } from '../harness/statistics.js';
import { number, table } from '../harness/markdown.js';
import { learningRate, momentum, tuningOf } from './tuning.js';

/** Steps that make an epoch here, of which training has none of its own: all rows are one batch. */
const epochSteps = 100;
const epochs = 40;
/** Settings were tried on starts before this one; those that count decided nothing. */
const firstInit = 1000;
/** Nothing is remembered forever. */
const mostMomentum = 0.999;

const tune = estimator =>
  tuningOf(
    {
      [learningRate]: { low: 1e-6, high: 1, log: true },
      l2: { low: 5e-8, high: 5e-3, log: true },
      [momentum]: { low: 0, high: mostMomentum },
    },
    { estimator },
  );
const arms = { fixed: undefined, auto: tune('auto'), forward: tune('forward') };

/** Table 1 of the paper, in the units of `unit`: [value, standard error]. */
const sets = {
  energy: {
    unit: 1,
    arms: ['fixed', 'auto', 'forward'],
    published: [
      { method: 'Random', mean: [21, 2], median: [7.8, 0.4], best: [0.12] },
      { method: 'Ours wd+lr+mu', mean: [1.28, 0.08], median: [0.9, 0.2], best: [0.139] },
    ],
    target: { mean: 1.28, median: 0.9 },
  },
  kin8nm: {
    unit: 1e-3,
    arms: ['fixed', 'auto'],
    published: [
      { method: 'Random', mean: [38, 2], median: [33, 3], best: [6.44] },
      { method: 'Ours wd+lr+mu', mean: [10, 1], median: [6.95, 0.08], best: [5.92] },
    ],
    target: { mean: 10, median: 6.95 },
  },
  power: {
    unit: 1,
    arms: ['fixed', 'auto'],
    published: [
      { method: 'Random', mean: [67, 6] },
      { method: 'Ours wd+lr+mu', mean: [17.4, 0.2] },
    ],
    target: { mean: 17.4 },
  },
};

export const setNames = Object.keys(sets);

/** @param options.sets names of data sets; inits: starts on each */
export async function measureUci({ sets: names, inits, say }) {
  const splits = JSON.parse(await readFile(`${dataFolder}uci/splits.json`, 'utf8'));
  const results = [];
  for (const name of names) results.push(await measureSet(name, splits[name], inits, say));
  return { sets: results };
}

/** Sets that were not measured again stay as they were. */
export function joinUci(earlier, { sets: measured }) {
  const kept = earlier.sets.filter(({ name }) => !measured.some(set => set.name === name));
  return { sets: [...kept, ...measured].toSorted((a, b) => setNames.indexOf(a.name) - setNames.indexOf(b.name)) };
}

async function measureSet(name, { train_val_test: parts }, inits, say) {
  const { arms: wanted, unit, target } = sets[name];
  const results = wanted.map(arm => ({ arm, runs: [] }));
  for (let init = firstInit; init < firstInit + inits; init++) {
    for (const { arm, runs } of results) {
      const started = performance.now();
      const run = await unlessDiverged(train(name, parts, init, arms[arm]), {});
      const seconds = (performance.now() - started) / 1000;
      // A test error beyond float32 is none.
      const mse = Number.isFinite(run.mse) ? run.mse / unit : undefined;
      runs.push({ ...run, mse, seconds });
      say(`${name}: init ${init}, ${arm}: ${mse === undefined ? 'NaN' : number(mse)} (${seconds.toFixed(1)} s)`);
    }
    release();
  }
  const summaries = results.map(({ arm, runs }) => ({ arm, ...summary(runs), runs }));
  return { name, unit, inits, splits: parts, arms: summaries, verdict: judge(summaries, target) };
}

/** As the paper draws them. */
function startOf(init) {
  const rng = createRng(init, 'uci');
  const learningRate = 10 ** (-6 + 5 * rng.uniform());
  const weightDecay = 10 ** (-7 + 5 * rng.uniform());
  return { learningRate, weightDecay, momentum: Math.min(mostMomentum, rng.uniform()) };
}

/** One training from a start to its last step. */
async function train(name, [trained, validated, tested], init, tuning) {
  const start = startOf(init);
  const range = (from, count) => Int32Array.from({ length: count }, (_, row) => from + row);
  const validation = range(trained, validated);
  const split = {
    // What tunes nothing needs no rows for it.
    train: range(0, tuning ? trained : trained + validated),
    validation,
    tuning: validation,
    test: range(trained + validated, tested),
  };
  const prepared = await prepare({
    data: { csv: { file: `uci/${name}.csv.gz`, target: 'y' }, task: 'regression' },
    model: { layers: [{ dense: { units: 50, activation: 'relu' } }] },
    train: {
      optimizer: { momentum: { learningRate: start.learningRate, momentum: start.momentum } },
      l2: start.weightDecay / 2,
      batchSize: split.train.length,
      epochs,
      earlyStopping: false,
    },
    seed: init,
  });
  const divided = await prepared.batches.divided(split);
  const batches = inFullBatches(divided);
  try {
    const options = { keep: 'last', ...(tuning && { tuning }) };
    const fitted = await fitSection(prepared.phases, { ...prepared, batches, metric: valLoss, graphs }, options);
    const model = { program: prepared.phases.at(-1).program, weights: fitted.weights };
    const { metrics } = await score(model, divided, divided.test, graphs);
    const { learned } = fitted;
    return {
      ...start,
      mse: metrics.mse,
      ...(learned && { estimator: learned.estimator, learned: learned.values, rollbacks: learned.rollbacks }),
    };
  } finally {
    divided.dispose();
  }
}

/** An epoch has the training rows so many times, a batch all of them once. */
function inFullBatches(batches) {
  const { train } = batches;
  const repeated = new Int32Array(train.length * epochSteps);
  for (let step = 0; step < epochSteps; step++) repeated.set(train, step * train.length);
  return { ...batches, train: repeated, shuffled: (rows, batchSize) => batches.inOrder(rows, batchSize) };
}

/** Runs that end in NaN do not count, as in the paper. */
function summary(runs) {
  const errors = runs.map(({ mse }) => mse).filter(mse => mse !== undefined);
  const dropped = runs.length - errors.length;
  const seconds = median(runs.map(({ seconds }) => seconds));
  if (errors.length === 0) return { dropped, seconds };
  const statistics = { mean, median, best: values => Math.min(...values) };
  const estimates = Object.entries(statistics).map(([name, of]) => [
    name,
    { value: of(errors), ...(errors.length > 1 && { error: bootstrappedError(errors, of) }) },
  ]);
  return { ...Object.fromEntries(estimates), worst: Math.max(...errors), dropped, seconds };
}

/** The issue's line is for what a study does when nothing else is said: "auto". */
function judge(summaries, target) {
  const auto = summaries.find(({ arm }) => arm === 'auto');
  return Object.entries(target).map(([statistic, atMost]) => {
    const value = auto[statistic]?.value;
    return { statistic, atMost, value, met: value !== undefined && value <= atMost };
  });
}

export function uciMarkdown({ sets: results }) {
  return results.map(setMarkdown).join('\n\n');
}

function setMarkdown({ name, unit, inits, splits, arms: summaries, verdict }) {
  const estimate = (value, error) => `${number(value)}${error === undefined ? '' : ` ± ${number(error)}`}`;
  const measured = summaries.map(({ arm, mean, median, best, worst, dropped, seconds, runs }) => [
    titleOf(arm, runs),
    ...[mean, median, best].map(of => (of ? estimate(of.value, of.error) : '')),
    worst === undefined ? '' : number(worst),
    dropped,
    number(seconds),
  ]);
  const published = sets[name].published.map(({ method, mean, median, best }) => [
    `Clarke et al. 2022, ${method}`,
    ...[mean, median, best].map(of => (of ? estimate(...of) : '')),
    '',
    '',
    '',
  ]);
  const scale = unit === 1 ? '' : `, in units of ${unit}`;
  return [
    `#### ${name}: test MSE${scale}, ${inits} starts, ${splits.join(' / ')} rows`,
    table(['method', 'mean', 'median', 'best', 'worst', 'NaN', 's each'], [...measured, ...published]),
    verdict.map(verdictText).join(' '),
  ].join('\n\n');
}

function titleOf(arm, runs) {
  if (arm === 'fixed') return 'fixed (theirs: Random)';
  const { estimator } = runs.find(({ estimator }) => estimator) ?? {};
  return arm === 'auto' ? `tuned, auto${estimator ? ` (${estimator})` : ''}` : `tuned, ${arm}`;
}

function verdictText({ statistic, atMost, value, met }) {
  const found = value === undefined ? 'none' : number(value);
  return `Target: ${statistic} at most ${atMost}: ${found}, ${met ? 'met' : 'missed'}.`;
}
