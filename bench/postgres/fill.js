/** Puts trials into the queue as a coordinator does, many at once, with nobody to judge them. Prints how long that took. */
import { randomUUID } from 'node:crypto';
import { queueTrial } from '../../dist/executors/postgres/queueing.js';
import { openTables } from '../../dist/storage/postgres/migrations.js';
import { openDatabaseStorage } from '../../dist/storage/postgres/storage.js';
import { defaultConfig } from '../../dist/space/default-config.js';
import { space } from './space.js';

const { address, name, trials } = JSON.parse(process.argv[2]);
const database = await openTables(address, { connections: 16 });
const { id: study } = await openDatabaseStorage(database, name);
const context = { study, member: randomUUID(), setup: 'none', needs: { tags: [] } };
const config = defaultConfig(space);
const begin = performance.now();
let next = 0;
await Promise.all(
  Array.from({ length: 16 }, async () => {
    while (next < trials) await queueTrial(database, context, { trial: next++, attempt: 1, seed: 1, config });
  }),
);
console.log(JSON.stringify({ perSecond: (trials * 1000) / (performance.now() - begin) }));
await database.query('VACUUM ANALYZE tune.trial');
await database.close();
process.exit();
