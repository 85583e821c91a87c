/** `tune workers`: the processes that train for the studies of a database. */
import { Command } from 'commander';
import { print } from './shown.ts';
import { storageOption } from './storage-option.ts';

interface WorkersOptions {
  readonly storage: string;
  readonly json?: boolean;
}

export function workersCommand(): Command {
  return new Command('workers')
    .description('show the workers of a database: what they have to offer, and what they run')
    .addOption(storageOption().makeOptionMandatory())
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nA worker is gone once it has not said for a while that it lives: others take up its trials.',
    )
    .action(async ({ storage, json }: WorkersOptions) => {
      const { showWorkers } = await import('./shown-workers.ts');
      print(await showWorkers(storage), { json });
    });
}
