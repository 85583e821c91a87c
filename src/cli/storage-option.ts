/** The options that name a database, and what it has besides, said in one way by all commands that have them. */
import { Command, Option } from 'commander';

/** Read where nobody gives the option. */
const storageVariable = 'TUNE_STORAGE';

/** @param otherwise what is meant without it */
export function storageOption(otherwise?: string): Option {
  const instead = otherwise === undefined ? '' : `; default: ${otherwise}`;
  return new Option(
    '--storage <address>',
    `database of the studies: postgres://user@host/database (password: PGPASSWORD${instead})`,
  ).env(storageVariable);
}

/** A command about a database. */
export function databaseCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(storageOption().makeOptionMandatory())
    .option('--json', 'print it as JSON');
}

export interface DatabaseCommandOptions {
  readonly storage: string;
  readonly json?: boolean;
}

export function artifactsOption(): Option {
  return new Option(
    '--artifacts <address>',
    'with --storage, where all machines keep weights, backups and data: a shared folder, or s3://bucket/prefix',
  );
}
