/** `tune report [study]`: the report of a study again, from its journal; how it compares, and whether it got worse. */
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { regressedExit } from './exit-codes.ts';
import { percent, wholeNumber } from './option-values.ts';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

export interface ReportOptions extends ShownOptions {
  readonly compare?: string;
  readonly forceCompare?: boolean;
  /** As a share. */
  readonly noise?: number;
  readonly failOn?: 'regression';
  readonly summaryLines?: number;
  readonly output?: string;
  readonly open?: boolean;
}

export function reportCommand(): Command {
  return anyStudiesCommand('report', 'write the report of a study again, from its journal, and compare it with another')
    .argument('[study]', 'name of the study (default: the only one, or the one that was run last)')
    .option('--compare <study>', 'with this study, or the report.json at this path (default: the report before)')
    .option('--force-compare', 'judge also where data or metric are not the same')
    .option(
      '--noise <percent>',
      'changes of the best value that are smaller do not matter (default: as before, else 1)',
      percent,
    )
    .addOption(
      new Option('--fail-on <verdict>', `end with exit code ${regressedExit} where that is the verdict`).choices([
        'regression',
      ]),
    )
    .option('--summary-lines <count>', 'print the first lines of the report, for a chat', wholeNumber(1, 1000))
    .option('--output <folder>', "write it there (default: the folder of the run's report)", path => resolve(path))
    .option('--open', 'show it in the browser')
    .addHelpText('after', `\nExit code 0: written; ${regressedExit}: written, and worse than before.`)
    .action(async (name: string | undefined, options: ReportOptions) => {
      const { reportStudy } = await import('./reported-study.ts');
      const { isRegressed, ...shown } = await withStudies(options, studies => reportStudy(studies, name, options));
      print(shown, options);
      if (isRegressed && options.failOn === 'regression') process.exitCode = regressedExit;
    });
}
