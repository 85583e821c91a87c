/** `tune best <study>`: the best configuration and its value; of several metrics, the Pareto front. */
import type { Command } from 'commander';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

export function bestCommand(): Command {
  return anyStudiesCommand('best', 'show the best configuration and value of a study, or its Pareto front')
    .argument('<study>', 'name of the study')
    .action(async (name: string, options: ShownOptions) => {
      const { showBest } = await import('./shown-best.ts');
      print(await withStudies(options, studies => showBest(studies, name)), options);
    });
}
