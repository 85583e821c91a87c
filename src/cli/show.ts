/** `tune show <study>`: the trials, the best configuration and the files of a study. */
import type { Command } from 'commander';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export function showCommand(): Command {
  return studiesCommand('show', 'show the trials, the best configuration and the files of a study')
    .argument('<study>', 'name of the study')
    .action(async (name: string, options: ShownOptions) => {
      const { showStudy } = await import('./shown-study.ts');
      print(await showStudy(options.reports, name), options);
    });
}
