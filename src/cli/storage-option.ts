/** The options that name a database, and what it has besides, said in one way by all commands that have them. */
import { Option } from 'commander';

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

export function artifactsOption(): Option {
  return new Option(
    '--artifacts <address>',
    'with --storage, where all machines keep weights, backups and data: a shared folder, or s3://bucket/prefix',
  );
}
