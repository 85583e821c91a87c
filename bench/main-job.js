/** `npm run bench -- main-job`: the wall clock of a whole study, ours against KerasTuner's RandomSearch. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../dist/report/environment.js';
import { loadSpaceFile } from '../dist/space/parse.js';
import { sections } from '../dist/tune/sections.js';
import { exportSplit } from './harness/export-split.js';
import { failure, machineLine, number, table } from './harness/markdown.js';
import { oneThread } from './harness/one-thread.js';
import { findPython } from './harness/python.js';
import { runToEnd } from './harness/run-to-end.js';

const spaceFile = fileURLToPath(new URL('../search-spaces/mnist-cnn.json', import.meta.url));
const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const kerasTuner = fileURLToPath(new URL('peers/keras_tuner_mnist.py', import.meta.url));

/** Share of KerasTuner's time that ours may take. */
const target = 1 / 3;

/**
 * @param {{ trials: number, allCores: boolean, say: (line: string) => void }} options allCores: ours trains a trial on
 * each core at once, and KerasTuner each trial on all cores; else both have one thread
 */
export async function mainJob({ trials, allCores, say }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const job = { trials, allCores, folder };
  const tuners = [
    { tuner: 'tfjs-tune, median pruner', run: () => runOurs(job, 'median') },
    { tuner: 'tfjs-tune, no pruner', run: () => runOurs(job, 'none') },
    { tuner: 'KerasTuner RandomSearch', run: () => runKerasTuner(job) },
  ];
  const results = [];
  try {
    await writeJob(job);
    for (const { tuner, run } of tuners) {
      const result = await run().catch(error => ({ failed: error.message }));
      results.push({ tuner, ...result });
      say(`${tuner}: ${result.failed ?? `${result.seconds.toFixed(1)} s`}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const document = {
    bench: 'main-job',
    date: new Date().toISOString(),
    environment: environmentOf(),
    versions: Object.assign({}, ...results.map(({ versions }) => versions)),
    trials,
    allCores,
    results: withRatios(results),
  };
  const isComplete = results.every(({ failed }) => failed === undefined);
  return { document, markdown: markdown(document), isComplete };
}

/** The same rows and ranges for KerasTuner, before any clock runs. */
async function writeJob({ trials, folder }) {
  const file = await loadSpaceFile(spaceFile, sections);
  await exportSplit(file, spaceFile, folder);
  const job = {
    folder,
    trials,
    seed: file.seed,
    epochs: file.train.epochs,
    patience: file.train.earlyStopping.patience,
    space: Object.fromEntries(file.space.params.map(param => [param.name, param])),
  };
  await writeFile(join(folder, 'job.json'), JSON.stringify(job));
}

async function runOurs({ trials, allCores, folder }, pruner) {
  const options = ['--trials', String(trials), '--pruner', pruner, '--reports', join(folder, pruner), '--json'];
  const args = [cli, spaceFile, ...options, '--quiet', ...(allCores ? [] : ['--slots', '1'])];
  const { seconds, stdout } = await runToEnd({ command: process.execPath, args, env: {} });
  const { report } = JSON.parse(stdout);
  return {
    seconds,
    bestLoss: report.best.value,
    testAccuracy: report.model.test.metrics.accuracy,
    trials: report.trials.length,
    epochs: report.trials.reduce((sum, { epochs = 0 }) => sum + epochs, 0),
  };
}

async function runKerasTuner({ allCores, folder }) {
  const { command, env } = await findPython();
  const args = [kerasTuner, join(folder, 'job.json')];
  const { seconds, stdout } = await runToEnd({ command, args, env: { ...(!allCores && oneThread), ...env } });
  return { seconds, ...JSON.parse(stdout.trim().split('\n').at(-1)) };
}

function withRatios(results) {
  const rival = results.at(-1).seconds;
  return results.map((result, index) => {
    const ratio = result.seconds / rival;
    const isOurs = index < results.length - 1;
    return { ...result, ...(isOurs && Number.isFinite(ratio) && { ratio, met: ratio <= target }) };
  });
}

function markdown({ date, environment, versions, trials, allCores, results }) {
  const threads = allCores ? 'all cores' : 'one thread, one trial at a time';
  const headers = ['tuner', 'wall clock, s', 'of KerasTuner', 'epochs', 's per epoch', 'best valLoss', 'test accuracy'];
  const rows = results.map(({ tuner, failed, seconds, ratio, met, epochs, bestLoss, testAccuracy }) =>
    failed === undefined
      ? [
          tuner,
          number(seconds),
          ratio === undefined ? '' : `${number(ratio)} (target ${number(target)}: ${met ? 'met' : 'missed'})`,
          epochs,
          number(seconds / epochs),
          number(bestLoss),
          number(testAccuracy),
        ]
      : [tuner, failure(failed), '', '', '', '', ''],
  );
  return [
    machineLine(date, environment, versions),
    `search-spaces/mnist-cnn.json, trials: ${trials}; ${threads}: the same rows, space, epochs and early stopping; every tuner draws its own configurations at random. Wall clock of the whole process.`,
    table(headers, rows),
  ].join('\n\n');
}
