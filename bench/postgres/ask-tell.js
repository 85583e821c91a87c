/** One process asks for trials and tells what they come to, in PostgreSQL, as open_rdb.py does with Optuna. */
import { samplers } from '../../dist/samplers/index.js';
import { openDatabase } from '../../dist/storage/postgres/database.js';
import { migrate } from '../../dist/storage/postgres/migrations.js';
import { openDatabaseStorage } from '../../dist/storage/postgres/storage.js';
import { openStudy } from '../../dist/study/study.js';
import { lossOf, space } from './space.js';

const { address, name, trials, epochs } = JSON.parse(process.argv[2]);
const database = await openDatabase(address);
await migrate(database);
const storage = await openDatabaseStorage(database, name);
const study = await openStudy({
  name,
  space,
  direction: 'minimize',
  seed: 1,
  sampler: samplers.random.create({}),
  pruner: { judge: () => 'continue' },
  elsewhere: true,
  storage,
  now: storage.now,
});
const begin = performance.now();
for (let count = 0; count < trials; count++) {
  const { id, config } = await study.ask();
  const value = lossOf(config, 0);
  for (let step = 1; step <= epochs; step++) await study.report(id, { step, value: value + 1 / step });
  await study.tell(id, value);
}
console.log(JSON.stringify({ perSecond: (trials * 1000) / (performance.now() - begin) }));
await study.close();
await database.close();
