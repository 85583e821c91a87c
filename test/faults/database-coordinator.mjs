/** A coordinator of a study in a database: notes every event that it was told of, in a file that outlives it. */
import { openSync, writeSync } from 'node:fs';
import { databaseExecutor } from '../../dist/executors/postgres/executor.js';
import { keepSetup } from '../../dist/executors/postgres/setups.js';
import { median } from '../../dist/pruners/median.js';
import { random } from '../../dist/samplers/random.js';
import { openDatabase } from '../../dist/storage/postgres/database.js';
import { migrate } from '../../dist/storage/postgres/migrations.js';
import { openDatabaseStorage } from '../../dist/storage/postgres/storage.js';
import { runStudy } from '../../dist/study/loop.js';
import { openStudy } from '../../dist/study/open-study.js';

const { address, study: name, trials, lease, record } = JSON.parse(process.argv[2]);
const file = openSync(record, 'a');
const note = entry =>
  void writeSync(file, JSON.stringify({ at: performance.timeOrigin + performance.now(), ...entry }) + '\n');
const notice = text => note({ type: 'notice', text });

const database = await openDatabase(address, { name: 'coordinator', notice, supervise: true });
await migrate(database);
const storage = await openDatabaseStorage(database, name, { lease });
const study = await openStudy({
  name,
  space: {
    params: [{ name: 'x', type: 'float', low: 0, high: 1, log: false, step: null, default: 0.5 }],
    constraints: [],
  },
  direction: 'minimize',
  seed: 1,
  sampler: random.create({}),
  pruner: median.create({ startupTrials: 5, warmupSteps: 0, intervalSteps: 1 }),
  storage,
  now: storage.now,
});
const setup = await keepSetup(database, storage.id, { study: name, host: { kind: 'custom', module: '' }, files: [] });
const executor = await databaseExecutor({
  database,
  study: storage.id,
  member: storage.member,
  setup,
  needsOf: () => ({ tags: [] }),
  notice,
});
for (const { id, state } of study.trials())
  if (state === 'complete' || state === 'pruned' || state === 'failed') executor.recorded(id);
const cause = await runStudy(study, executor, {
  budget: { trials },
  clock: () => performance.now(),
  observe(event) {
    note({ type: 'event', event });
    if (event.type === 'trial-finished') executor.recorded(event.trial);
  },
});
await executor.close();
await study.close();
await database.close();
note({ type: 'ended', cause });
