/**
 * The golden journals of version 1 of our additions to Optuna's format. Each written once, by the version that introduced
 * what is in it:
 *
 *     npm run build && node test/golden/make-journals.js test/golden/journals [name...]
 *
 * v1-optuna.jsonl is optuna-journal.log, which Optuna 5.0.0 wrote, as that version continued it.
 */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal, readJournal } from '../../dist/storage/journal.js';

const [, , folder, ...names] = process.argv;
const at = '2026-03-04T05:06:07.000Z';
const params = [
  { name: 'lr', type: 'float', low: 1e-5, high: 1, log: true, step: null, default: 1e-3, tune: 'gradient' },
  { name: 'dropout', type: 'float', low: 0, high: 0.5, log: false, step: 0.25, default: 0.25 },
  { name: 'units', type: 'int', low: 16, high: 256, log: true, step: 1, default: 64 },
  { name: 'deep', type: 'boolean', default: false },
  { name: 'layers', type: 'categorical', choices: [[32], { dense: 16 }, null], default: [32], when: { deep: [true] } },
];
const space = { params, constraints: ['units * dropout <= 100'] };
const config = { lr: 0.001, dropout: 0.25, units: 64, deep: false };
const started = (trial, more = {}) => ({ type: 'trial-started', trial, attempt: 1, config, at, ...more });
const measured = (trial, step, value, metrics) => ({
  type: 'trial-measured',
  trial,
  measurement: { step, value, ...(metrics && { metrics }) },
});
const finished = (trial, result) => ({ type: 'trial-finished', trial, result, at });
const trail = { lr: { start: 0.001, learned: 0.0042, every: 10, values: [0.001, 0.002, 0.0042] } };

const one = [
  { type: 'study-created', study: 'é "one"', direction: 'minimize', seed: 7, space, sections: { metric: 'loss' }, at },
  started(0),
  measured(0, 1, 0.5, { trainLoss: 0.75, seconds: 0.125 }),
  measured(0, 2, 0.25),
  finished(0, { state: 'complete', value: 0.25, stopped: 'early-stopping', attributes: { gradients: trail } }),
  started(1, { config: { ...config, deep: true, layers: { dense: 16 } } }),
  measured(1, 1, 8),
  finished(1, { state: 'pruned', value: 8, stopped: 'pruner' }),
  started(2, { unseen: [1] }),
  measured(2, 1, NaN, { trainLoss: -Infinity }),
  finished(2, { state: 'failed', failure: { cause: 'nan', message: 'the loss\nis NaN' } }),
  { type: 'trial-enqueued', trial: 3, config: { units: 100 }, attributes: { from: 'earlier' }, at },
  { type: 'trial-enqueued', trial: 4, config: { deep: true, layers: null }, at },
  started(3, { config: { ...config, units: 100 } }),
  measured(3, 1, 1),
  started(3, { attempt: 2, config: { ...config, units: 100 } }),
  finished(3, { state: 'complete', value: 0.75 }),
  started(5),
  measured(5, 1, 2),
  { type: 'trial-paused', trial: 5 },
  started(6),
  measured(6, 1, 1),
  { type: 'trial-paused', trial: 6 },
  { type: 'trial-promoted', trial: 6 },
  measured(6, 2, 0.5),
];
const several = [
  { type: 'study-created', study: 'several', direction: 'minimize', directions: ['minimize', 'maximize'], seed: 1, space, deterministic: 2, at },
  started(0),
  finished(0, { state: 'complete', value: 1, values: [1, 5] }),
  started(1),
  finished(1, { state: 'pruned', value: 0.5 }),
];

/** Interruptions, other versions of the space, confirmations, and several processes. */
const created = { type: 'study-created', study: 'later', direction: 'minimize', seed: 3, space, file: '../../later.json', at };
const wider = { ...space, params: params.map(param => (param.name === 'units' ? { ...param, high: 512 } : param)) };
const later = [
  created,
  started(0, { member: 'a' }),
  measured(0, 1, 1),
  { type: 'trial-interrupted', trial: 0 },
  started(0, { attempt: 2, member: 'b' }),
  measured(0, 1, 1),
  finished(0, { state: 'complete', value: 1 }),
  started(1),
  finished(1, { state: 'failed', failure: { cause: 'crash', message: 'the trainer host ended by SIGSEGV', signal: 'SIGSEGV' } }),
  { ...created, space: wider, version: 2 },
  started(2, { config: { ...config, units: 400 }, version: 2 }),
  finished(2, { state: 'complete', value: 0.5 }),
  started(3, { config: { ...config, units: 400 }, version: 2, confirms: 2 }),
  finished(3, { state: 'complete', value: 0.75 }),
  started(4, { version: 2 }),
  { type: 'trial-interrupted', trial: 4 },
];

async function write(name, events, from) {
  if (names.length > 0 && !names.includes(name)) return;
  const path = join(folder, `v1-${name}.jsonl`);
  rmSync(path, { force: true });
  if (from) copyFileSync(from, path);
  const journal = await openJournal(path);
  for (const event of events) await journal.append(event);
  await journal.close();
  const text = JSON.stringify(await readJournal(path), (_, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? `number ${value}` : value, 1);
  writeFileSync(join(folder, `v1-${name}.events.json`), `${text}\n`);
}

await write('one', one);
await write('several', several);
await write('later', later);
const first = { type: 'study-created', study: 'first', direction: 'maximize', seed: 1, space: { params: params.slice(0, 1), constraints: [] }, at };
await write('optuna', [first, finished(5, { state: 'complete', value: 2 })], new URL('./optuna-journal.log', import.meta.url).pathname);
