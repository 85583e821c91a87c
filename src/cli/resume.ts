/** `tune resume [study]`: goes on with a study by its name. */
import { Command } from 'commander';
import { withRunOptions, type RunOptions } from './run-options.ts';

const help = `
The study knows its space file, its seed and whether it is deterministic; a run that was interrupted goes on to where it was
going. What else the space file leaves to the command line is said again: --sampler, --pruner.`;

export function resumeCommand(): Command {
  const command = new Command('resume')
    .description('go on with a study, without naming its space file')
    .argument('[study]', 'its name (default: the only unfinished one)');
  return withRunOptions(command)
    .addHelpText('after', help)
    .action(async (name: string | undefined, options: RunOptions) => {
      const [{ findResumed }, { watchedRun }] = await Promise.all([
        import('./resumed-study.ts'),
        import('./watched-run.ts'),
      ]);
      const { path, ...known } = await findResumed(options.reports!, name);
      await watchedRun(path, { ...known, ...options });
    });
}
