/** `tune show <study>`: the trials, the best configuration and the files of a study. */
import type { Command } from 'commander';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

export function showCommand(): Command {
  return anyStudiesCommand('show', 'show the trials, the best configuration and the files of a study')
    .argument('<study>', 'name of the study')
    .action(async (name: string, options: ShownOptions) => {
      const { showStudy } = await import('./shown-study.ts');
      print(await withStudies(options, studies => showStudy(studies, name)), options);
    });
}
