/** Writes a large study into a database, and opens it; prints what it takes there and how long that took, as JSON. */
import { randomUUID } from 'node:crypto';
import { samplers } from '../../dist/samplers/index.js';
import { openTables } from '../../dist/storage/postgres/migrations.js';
import { openDatabaseStorage } from '../../dist/storage/postgres/storage.js';
import { putIntoDatabase } from '../../dist/storage/postgres/studies.js';
import { createRng } from '../../dist/study/rng.js';
import { openStudy } from '../../dist/study/open-study.js';
import { lossOf, space } from './space.js';

const { address, name, trials, epochs } = JSON.parse(process.argv[2]);
const facts = { space, direction: 'minimize', seed: 1 };
const at = '2026-03-04T05:06:07.123Z';

function* events() {
  const sampler = samplers.random.create({});
  yield { type: 'study-created', study: name, ...facts, at };
  for (let trial = 0; trial < trials; trial++) {
    const rng = createRng(1, 'bench', trial);
    const config = sampler.suggest({ space, history: [], trial, seed: 1, rng });
    const value = lossOf(config, rng.uniform());
    const member = '0190b5a2-7f2e-4d1c-9e1b-2f6b8a1c3d4e';
    yield { type: 'trial-started', trial, attempt: 1, config, member, at };
    for (let step = 1; step <= epochs; step++) {
      const metrics = { trainLoss: value * 0.9 + 1 / step, seconds: 0.5 + rng.uniform() };
      yield { type: 'trial-measured', trial, measurement: { step, value: value + 1 / step, metrics } };
    }
    const attributes = { bestEpoch: epochs, seconds: 10 * rng.uniform(), worker: 'host-7-a1b2', thread: 1 };
    yield { type: 'trial-finished', trial, result: { state: 'complete', value, attributes }, at };
  }
}

const database = await openTables(address);
const sizeOf = async schemas => {
  const [{ bytes }] = await database.query(
    `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname = ANY($1) AND relkind = 'r'`,
    [schemas],
  );
  return bytes / 1e6;
};
const empty = await sizeOf(['tune', 'tune_boss']);
const began = performance.now();
await putIntoDatabase(database, name, randomUUID(), [...events()]);
const written = (performance.now() - began) / 1000;
const full = await sizeOf(['tune', 'tune_boss']);
const before = process.cpuUsage();
const begin = performance.now();
const storage = await openDatabaseStorage(database, name);
const opened = (performance.now() - begin) / 1000;
const study = await openStudy({
  name,
  ...facts,
  sampler: samplers.random.create({}),
  pruner: { judge: () => 'continue' },
  elsewhere: true,
  storage,
  now: storage.now,
});
const seconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(before);
if (study.trials().length !== trials) throw new Error(`${study.trials().length} trials of ${trials} came back`);
await study.close();
await database.close();
console.log(
  JSON.stringify({
    trials,
    epochs,
    megabytes: full - empty,
    written,
    opened,
    seconds,
    cpuSeconds: (user + system) / 1e6,
  }),
);
