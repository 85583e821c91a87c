/** `tune import <file>`: a study of Optuna, W&B or NNI as one of ours. */
import { Option, type Command } from 'commander';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export interface ImportOptions extends ShownOptions {
  readonly space?: string;
  readonly name?: string;
  readonly metric?: string;
  readonly goal?: 'minimize' | 'maximize';
  readonly study?: string;
}

const help = `
Reads
  Optuna   a journal (JournalStorage), or an SQLite database (RDBStorage)
  W&B      JSON of the public API: [{ "name", "config", "summary", "state", "created_at" }, …], or { "sweep", "runs" };
           with "history" in a run, its curve. Rows of one level need --space
  NNI      JSON of \`nnictl experiment export\`; it needs --goal
Which one it is shows in the file.

The parameters are those of --space, of Optuna or of the sweep; else they are inferred from the values: true and false are
a boolean, whole numbers an int and numbers a float from the smallest to the largest (on the log scale where that is 1,000
times the smallest), all else is categorical. What is the same in all runs of W&B is no parameter. A parameter that some
trials lack depends on another one whose values tell which: that with the fewest. Trials that do not fit are named and left out.

Trials that run or wait do so in the study too. It goes on with tune ask and tune tell; a space file names it in "warmStart".`;

export function importCommand(): Command {
  return studiesCommand('import', 'make a study of one of Optuna, W&B or NNI')
    .argument('<file>', 'what the other tool keeps or exports')
    .option('--space <space.json>', 'the space file that the trials must fit, and whose study it becomes')
    .option('--name <name>', "name of the study (default: the space file's, the other tool's, or the file's)")
    .option('--metric <name>', 'which value of a run of W&B counts')
    .addOption(new Option('--goal <goal>', 'which values are good').choices(['minimize', 'maximize']))
    .option('--study <name>', 'which study of the file')
    .addHelpText('after', help)
    .action(async (path: string, options: ImportOptions) => {
      const { importStudy } = await import('./imported-study.ts');
      print(await importStudy(path, options), options);
    });
}
