/** `tune migrate`: the tables of studies in a database, made or brought up to date by whoever owns them. */
import { Command } from 'commander';
import { print } from './shown.ts';
import { storageOption } from './storage-option.ts';

const help = `
For a database whose users may make no tables: its owner does it once, and again after an update of tfjs-tune. Elsewhere the
first command that needs the tables makes them. Studies stay as they are. A database that a newer tfjs-tune has brought up to
date is left alone.`;

interface MigrateOptions {
  readonly storage: string;
  readonly json?: boolean;
}

export function migrateCommand(): Command {
  return new Command('migrate')
    .description('make the tables of a database, or bring them up to date')
    .addOption(storageOption().makeOptionMandatory())
    .option('--json', 'print it as JSON')
    .addHelpText('after', help)
    .action(async ({ storage, json }: MigrateOptions) => {
      const { migrateTables } = await import('./migrated-tables.ts');
      print(await migrateTables(storage), { json });
    });
}
