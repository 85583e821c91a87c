/** `tune show [study]`: the studies in a folder, or the trials, the best configuration and the files of one. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { toJsonText } from '../report/json.ts';

interface ShowOptions {
  readonly reports: string;
  readonly json?: boolean;
}

export function showCommand(): Command {
  return new Command('show')
    .description('list the studies, or show one')
    .argument('[study]', 'name of a study')
    .option('--reports <folder>', 'folder of the studies', 'reports')
    .option('--json', 'print it as JSON')
    .action(async (name: string | undefined, { reports, json }: ShowOptions) => {
      const { showStudies, showStudy } = await import('./shown-studies.ts');
      const folder = resolve(reports);
      const { lines, data } = name === undefined ? await showStudies(folder) : await showStudy(folder, name);
      process.stdout.write(json ? toJsonText(data) : `${lines.join('\n')}\n`);
    });
}
