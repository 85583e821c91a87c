/** What commands find out about studies: the same facts for people and for programs. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { toJsonText } from '../report/json.ts';
import { storageOption } from './storage-option.ts';
import type { Studies } from './studies.ts';

export interface Shown {
  readonly lines: readonly string[];
  readonly data: unknown;
}

export interface ShownOptions {
  readonly reports: string;
  /** Address of a database. */
  readonly storage?: string;
  readonly json?: boolean;
}

/** A command about the studies of a folder. */
export function studiesCommand(name: string, description: string): Command {
  const reports = new Option('--reports <folder>', 'folder of the studies')
    .default(resolve('reports'), 'reports')
    .argParser(path => resolve(path));
  return new Command(name).description(description).addOption(reports).option('--json', 'print it as JSON');
}

/** A command about the studies of a folder, or of a database. */
export function anyStudiesCommand(name: string, description: string): Command {
  return studiesCommand(name, description).addOption(storageOption('the folder'));
}

/** Does a task with the studies that a command is about. An empty address is that of the folder. */
export async function withStudies<T>(
  { reports, storage }: Pick<ShownOptions, 'reports' | 'storage'>,
  task: (studies: Studies) => Promise<T>,
): Promise<T> {
  if (!storage) {
    const { folderStudies } = await import('./studies.ts');
    return task(folderStudies(reports));
  }
  const [{ withTables }, { databaseStudies }] = await Promise.all([
    import('./with-database.ts'),
    import('./database-studies.ts'),
  ]);
  return withTables(storage, database => task(databaseStudies(database, reports)));
}

export function print({ lines, data }: Shown, { json }: Pick<ShownOptions, 'json'>): void {
  process.stdout.write(json ? toJsonText(data) : `${lines.join('\n')}\n`);
}
