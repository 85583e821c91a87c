/** A study of a database, for those who look at it. */
import type { StudySource } from '../study-source.ts';
import type { Database } from './database.ts';
import { databaseStateReader, findInDatabase, usersInDatabase } from './studies.ts';
import { eventsOf } from './storage.ts';

/** By its name: what starts over under this name is what is seen from then on. */
export function databaseSource(database: Database, name: string): StudySource {
  const find = (): Promise<number> => findInDatabase(database, name);
  let reader: { readonly study: number; readonly read: ReturnType<typeof databaseStateReader> } | undefined;
  return {
    shown: `${database.shown}, study ${name}`,
    async state() {
      const study = await find();
      if (reader?.study !== study) reader = { study, read: databaseStateReader(database, study) };
      return { ...(await reader.read()), flaws: 0 };
    },
    events: async () => eventsOf(database.query, await find()),
    users: async () => usersInDatabase(database, await find()),
    async mark() {
      const study = await find();
      const [row] = await database.query<{ seq: number | null }>(
        'SELECT max(seq) AS seq FROM tune.event WHERE study = $1',
        [study],
      );
      return [study, row!.seq].join();
    },
  };
}
