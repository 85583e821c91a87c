/** `tune advise <study>`: what its newest report advises to change in the space file, and a copy with those changes. */
import type { Command } from 'commander';
import { TuneError } from '../errors.ts';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

interface AdviseOptions extends ShownOptions {
  readonly apply?: boolean;
  readonly output?: string;
}

const help = `
The copy lies beside the space file, as <space>.advised.json, and is a study of its own, <study>-advised: it begins with the
best configurations of this one, and has the budget of the file. Comments stay. The space file itself is never changed,
and a copy that you have changed is not replaced.`;

export function adviseCommand(): Command {
  return anyStudiesCommand('advise', 'say what to change in the space file, or write a copy of it with the changes')
    .argument('<study>', 'name of the study')
    .option('--apply', 'write the copy')
    .option('--output <file>', 'the file to write, in the folder of the space file')
    .addHelpText('after', help)
    .action(async (name: string, { apply = false, output, ...options }: AdviseOptions) => {
      if (output !== undefined && !apply) throw new TuneError('USAGE', '--output says where --apply writes: give both');
      const { applyTo, showAdvice } = await import('./shown-advice.ts');
      print(
        await withStudies(options, studies => (apply ? applyTo(studies, name, output) : showAdvice(studies, name))),
        options,
      );
    });
}
