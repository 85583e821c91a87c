/** `tune list`: the studies of a folder. */
import type { Command } from 'commander';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export function listCommand(): Command {
  return studiesCommand('list', 'list the studies').action(async (options: ShownOptions) => {
    const { listStudies } = await import('./listed-studies.ts');
    print(await listStudies(options.reports), options);
  });
}
