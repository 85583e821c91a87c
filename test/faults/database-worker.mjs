/** A worker whose trials only wait: notes what it takes, what came out, and what the database said of that. */
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inlineExecutor } from '../../dist/executors/inline.js';
import { runWorker } from '../../dist/executors/postgres/worker.js';
import { openDatabase } from '../../dist/storage/postgres/database.js';
import { migrate } from '../../dist/storage/postgres/migrations.js';

const { address, id, lease, steps, milliseconds, poison = [], record } = JSON.parse(process.argv[2]);
const file = openSync(record, 'a');
const note = entry =>
  void writeSync(file, JSON.stringify({ at: performance.timeOrigin + performance.now(), worker: id, ...entry }) + '\n');
const notice = text => note({ type: 'notice', text });

/** Its value tells this run of the trial from all others. */
const objective = async ({ config, trial, report }) => {
  if (poison.includes(trial)) process.exit(9);
  let value = config.x + Math.random() / 1000;
  for (let step = 1; step <= steps; step++) {
    await sleep(milliseconds * (0.5 + Math.random()));
    note({ type: 'step', trial, step });
    if ((await report(value)) === 'stop') break;
  }
  await sleep(milliseconds);
  note({ type: 'result', trial, value });
  return value;
};

const drain = new AbortController();
process.once('SIGTERM', () => drain.abort());
const database = await openDatabase(address, { name: 'worker', notice });
await migrate(database);
await runWorker({
  database,
  facts: { id, name: `worker-${process.pid}`, slots: 1, tags: [] },
  lease,
  prepare: async () => inlineExecutor(objective, 1),
  observe: ({ type, claim: { number, attempt }, ending }) =>
    note({ type, trial: number, attempt, ...(ending && { ending }) }),
  notice,
  drain: drain.signal,
  interrupt: new AbortController().signal,
});
await database.close();
note({ type: 'ended' });
