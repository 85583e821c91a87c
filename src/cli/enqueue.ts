/** `tune enqueue <study> <config>`: a configuration that a study is to try before what its sampler proposes. */
import type { Command } from 'commander';
import { TuneError } from '../errors.ts';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export function enqueueCommand(): Command {
  return studiesCommand('enqueue', 'have a study try a configuration next')
    .argument('<study>', 'name of the study, or a space file, which begins one')
    .argument('<config>', 'values of parameters as JSON: \'{"units": 64}\'; what is missing the sampler chooses')
    .action(async (target: string, text: string, options: ShownOptions) => {
      const [{ withStudy }, { readJson }, { isRecord, show }] = await Promise.all([
        import('./asked-study.ts'),
        import('./json-argument.ts'),
        import('../space/json.ts'),
      ]);
      const config = readJson(text, 'config');
      if (!isRecord(config))
        throw new TuneError('USAGE', {
          message: `the configuration is ${show(config)}`,
          expected: 'an object: \'{"units": 64}\'',
        });
      const waiting = await withStudy(target, options.reports, async study => {
        const trial = await study.enqueue(config);
        return { study: study.name, trial: trial!.id, config: trial!.config };
      });
      print({ lines: [`trial ${waiting.trial} waits`], data: waiting }, options);
    });
}
