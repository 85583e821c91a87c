/** `tune list`: the studies of a folder, or of a database. */
import type { Command } from 'commander';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

export function listCommand(): Command {
  return anyStudiesCommand('list', 'list the studies').action(async (options: ShownOptions) => {
    const { listStudies } = await import('./listed-studies.ts');
    print(await withStudies(options, listStudies), options);
  });
}
