/** What `tune migrate` does, and says of it. */
import { migrate, versionOf } from '../storage/postgres/migrations.ts';
import type { Shown } from './shown.ts';
import { withDatabase } from './with-database.ts';

export function migrateTables(address: string): Promise<Shown> {
  return withDatabase(address, async database => {
    const before = await versionOf(database.query);
    await migrate(database);
    const version = await versionOf(database.query);
    const done = before === version ? 'were up to date' : before === 0 ? 'are made' : `came from version ${before}`;
    return {
      lines: [`${database.shown}: its tables ${done}; version ${version}`],
      data: { storage: database.shown, before, version },
    };
  });
}
