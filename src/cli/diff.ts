/** `tune diff <a> <b>`: what two studies do not have in common. */
import type { Command } from 'commander';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

export function diffCommand(): Command {
  return anyStudiesCommand('diff', 'compare two studies: space, sections, trials, best values and configurations')
    .argument('<a>', 'name of a study')
    .argument('<b>', 'name of another')
    .action(async (a: string, b: string, options: ShownOptions) => {
      const { compareStudies } = await import('./compared-studies.ts');
      print(await withStudies(options, studies => compareStudies(studies, a, b)), options);
    });
}
