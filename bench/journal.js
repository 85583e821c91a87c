/** `npm run bench -- journal`: what it takes to open a large study and to add to it, ours against Optuna's journal. */
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../dist/report/environment.js';
import { journalLines } from '../dist/storage/journal-text.js';
import { failure, machineLine, number, table } from './harness/markdown.js';
import { runToEnd } from './harness/run-to-end.js';

const ours = fileURLToPath(new URL('peers/open-journal.js', import.meta.url));
const optuna = fileURLToPath(new URL('peers/open_journal.py', import.meta.url));

const at = '2026-03-04T05:06:07.123Z';
const space = {
  params: [
    { name: 'x', type: 'float', low: 0, high: 1, log: false, step: null, default: 0.5 },
    { name: 'y', type: 'int', low: 0, high: 100, log: false, step: 1, default: 50 },
  ],
  constraints: [],
};
const study = { name: 'large', space, direction: 'minimize', seed: 1 };

/** @param {{ trials: number, say: (line: string) => void }} options */
export async function journal({ trials, say }) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const results = [];
  try {
    for (const epochs of [0, 10]) {
      const path = join(folder, `${epochs}.log`);
      await write(path, trials, epochs);
      const run = async (opener, command, args) => {
        const result = await runToEnd({ command, args, env: {} }).then(
          ({ stdout }) => JSON.parse(stdout),
          error => ({ failed: error.message }),
        );
        results.push({ epochs, opener, ...result });
        say(`${opener}, ${epochs} epochs: ${result.failed ?? `${result.seconds.toFixed(2)} s`}`);
      };
      const python = process.env['TUNE_BENCH_PYTHON'];
      if (python) await run('Optuna', python, [optuna, path]);
      const again = `${path}.again`;
      await copyFile(path, again);
      const args = [ours, again, JSON.stringify(study)];
      await run('tfjs-tune, without a snapshot', process.execPath, args);
      await run('tfjs-tune', process.execPath, args);
      await run('tfjs-tune, once more', process.execPath, args);
      await Promise.all([path, again, `${again}.snapshot`].map(each => rm(each, { force: true })));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const document = {
    bench: 'journal',
    date: new Date().toISOString(),
    environment: environmentOf(),
    versions: Object.assign({}, ...results.map(({ versions }) => versions)),
    trials,
    results,
  };
  return { document, markdown: markdown(document), isComplete: results.every(({ failed }) => failed === undefined) };
}

async function write(path, trials, epochs) {
  const file = await open(path, 'w');
  let text = '';
  const flush = async () => {
    await file.write(text);
    text = '';
  };
  for (const line of journalLines(events(trials, epochs))) {
    text += line;
    if (text.length > 2 ** 24) await flush();
  }
  await flush();
  await file.close();
}

/** A study in which each trial has so many epochs, with two metrics each. */
function* events(trials, epochs) {
  const { name, ...facts } = study;
  yield { type: 'study-created', study: name, ...facts, at };
  for (let trial = 0; trial < trials; trial++) {
    const value = Math.abs(Math.sin(trial));
    yield { type: 'trial-started', trial, attempt: 1, config: { x: value, y: trial % 100 }, at };
    for (let step = 1; step <= epochs; step++) {
      const metrics = { trainLoss: value / (step + 1), seconds: 0.5 + value };
      yield { type: 'trial-measured', trial, measurement: { step, value: value / step, metrics } };
    }
    const attributes = { bestEpoch: epochs, seconds: 10 * value };
    yield { type: 'trial-finished', trial, result: { state: 'complete', value, attributes }, at };
  }
}

function markdown({ date, environment, versions, trials, results }) {
  const headers = ['epochs', 'opened by', 'seconds', 'CPU seconds', 'MB of memory', 'append, median ms', '99 % ms'];
  const rows = results.map(({ epochs, opener, failed, seconds, cpuSeconds, megabytes, p50, p99 }) => [
    epochs,
    opener,
    ...(failed === undefined ? [seconds, cpuSeconds, megabytes].map(number) : [failure(failed), '', '']),
    ...[p50, p99].map(each => (each === undefined ? '' : number(each))),
  ]);
  return [
    '# Journal',
    '',
    machineLine(date, environment, versions),
    '',
    `A study of ${trials} trials, two parameters.`,
    '',
    table(headers, rows),
  ].join('\n');
}
