/** `tune ask <study>`: the next trial of a study, for a program of any kind to run. */
import type { Command } from 'commander';
import { TuneError } from '../errors.ts';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export function askCommand(): Command {
  return studiesCommand('ask', 'begin the next trial of a study, for a program of your own to run')
    .argument('<study>', 'name of a study, or a space file, which begins one')
    .option('--sampler <name>', "what proposes configurations (default: the space file's, else auto)")
    .action(async (target: string, options: ShownOptions & { readonly sampler?: string }) => {
      const [{ withStudy }, { configLines }] = await Promise.all([
        import('./asked-study.ts'),
        import('./shown-study.ts'),
      ]);
      const asked = await withStudy(
        target,
        options.reports,
        async study => {
          const trial = await study.ask();
          if (!trial) throw new TuneError('SPACE_EXHAUSTED', 'there is no further configuration to try');
          return { study: study.name, trial };
        },
        options.sampler,
      );
      const { id, config } = asked.trial;
      print({ lines: [`trial ${id}`, ...configLines(asked.trial)], data: { ...asked, trial: id, config } }, options);
    });
}
