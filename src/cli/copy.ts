/** `tune copy <from> <to>`: a study once more, from a folder to a database, back, or to another of its kind. */
import type { Command } from 'commander';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export interface CopyOptions extends ShownOptions {
  readonly study?: string;
  readonly name?: string;
}

const help = `
<from> and <to> are each a study of the folder, by its name or path, or a database: postgres://user@host/database. <from>
may be any journal. The password comes from PGPASSWORD, or from the file that PGPASSFILE names.

  tune copy digits postgres://tune@db/tune                   the study goes on there, on many machines
  tune copy postgres://tune@db/tune digits                   its journal, which Optuna opens too
  tune copy postgres://tune@db/tune old --study digits@…     what --fresh has set aside

All of it is copied, or nothing: every event, in order. Reports, models and backups stay where they are. Trials that run
come as they are now: whoever goes on with the copy begins them again.`;

export function copyCommand(): Command {
  return studiesCommand('copy', 'copy a study between folder and database')
    .argument('<from>', 'name of a study, path of its folder or journal, or address of a database')
    .argument('<to>', 'name of a new study, path of its folder, or address of a database')
    .option('--study <name>', 'study of the database <from> (default: that of the name <to>)')
    .option('--name <name>', 'name in the database <to> (default: the same)')
    .addHelpText('after', help)
    .action(async (from: string, to: string, options: CopyOptions) => {
      const { copyStudy } = await import('./copied-study.ts');
      print(await copyStudy(from, to, options), options);
    });
}
