/** A study in a database, as the processes of these benches have it. */
import { openTables } from '../../dist/storage/postgres/migrations.js';
import { openDatabaseStorage } from '../../dist/storage/postgres/storage.js';
import { openStudy } from '../../dist/study/open-study.js';
import { space } from './space.js';

/** @returns also what ends it all */
export async function openBenchStudy(address, name, techniques, options) {
  const database = await openTables(address, options);
  const storage = await openDatabaseStorage(database, name);
  const study = await openStudy({
    name,
    space,
    direction: 'minimize',
    seed: 1,
    ...techniques,
    elsewhere: true,
    storage,
    now: storage.now,
  });
  return { database, storage, study, close: () => study.close().then(() => database.close()) };
}
