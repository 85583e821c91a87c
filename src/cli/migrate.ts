/** `tune migrate`: the tables of studies in a database, made or brought up to date by whoever owns them. */
import type { Command } from 'commander';
import { print } from './shown.ts';
import { databaseCommand, type DatabaseCommandOptions } from './storage-option.ts';

const help = `
For a database whose users may make no tables: its owner does it once, and again after an update of tfjs-tune. Elsewhere the
first command that needs the tables makes them. Studies stay as they are. A database that a newer tfjs-tune has brought up to
date is left alone.`;

export function migrateCommand(): Command {
  return databaseCommand('migrate', 'make the tables of a database, or bring them up to date')
    .addHelpText('after', help)
    .action(async ({ storage, json }: DatabaseCommandOptions) => {
      const { migrateTables } = await import('./migrated-tables.ts');
      print(await migrateTables(storage), { json });
    });
}
