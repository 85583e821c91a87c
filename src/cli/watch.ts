/** `tune watch <study>`: the report of a study in the browser, while its trials run in another process. */
import type { Command } from 'commander';
import { wholeNumber } from './option-values.ts';
import { anyStudiesCommand, print, withStudies, type ShownOptions } from './shown.ts';

export interface WatchOptions extends ShownOptions {
  readonly port?: number;
  readonly open?: boolean;
}

export function watchCommand(): Command {
  return anyStudiesCommand('watch', 'show the report of a study in the browser, always as new as its trials')
    .argument('[study]', 'name of the study (default: the only one, or the one that was run last)')
    .option('--port <number>', 'of this machine (default: 4747, or else one that is free)', wholeNumber(0, 65_535))
    .option('--open', 'open the browser')
    .addHelpText(
      'after',
      '\nOnly this machine can see it, and nothing can be changed there. Ctrl-C ends it, not the study.',
    )
    .action(async (name: string | undefined, options: WatchOptions) => {
      const { watch } = await import('./watched-study.ts');
      await withStudies(options, studies => watch(studies, name, options, shown => print(shown, options)));
    });
}
