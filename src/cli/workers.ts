/** `tune workers`: the processes that train for the studies of a database. */
import type { Command } from 'commander';
import { print } from './shown.ts';
import { databaseCommand, type DatabaseCommandOptions } from './storage-option.ts';

export function workersCommand(): Command {
  return databaseCommand('workers', 'show the workers of a database: what they have to offer, and what they run')
    .addHelpText(
      'after',
      '\nA worker is gone once it has not said for a while that it lives: others take up its trials.',
    )
    .action(async ({ storage, json }: DatabaseCommandOptions) => {
      const { showWorkers } = await import('./shown-workers.ts');
      print(await showWorkers(storage), { json });
    });
}
