/** What commands find out about studies: the same facts for people and for programs. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { toJsonText } from '../report/json.ts';

export interface Shown {
  readonly lines: readonly string[];
  readonly data: unknown;
}

export interface ShownOptions {
  readonly reports: string;
  readonly json?: boolean;
}

/** A command about the studies of a folder. */
export function studiesCommand(name: string, description: string): Command {
  const reports = new Option('--reports <folder>', 'folder of the studies')
    .default(resolve('reports'), 'reports')
    .argParser(path => resolve(path));
  return new Command(name).description(description).addOption(reports).option('--json', 'print it as JSON');
}

export function print({ lines, data }: Shown, { json }: Pick<ShownOptions, 'json'>): void {
  process.stdout.write(json ? toJsonText(data) : `${lines.join('\n')}\n`);
}
