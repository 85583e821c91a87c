/** `tune run <space.json>`, or just `tune <space.json>`: the main job, watched. */
import { Command } from 'commander';
import { TuneError } from '../errors.ts';
import type { TuneOptions } from '../tune/options.ts';
import { collect, wholeNumber } from './option-values.ts';
import { withRunOptions, type RunOptions } from './run-options.ts';
import { artifactsOption, storageOption } from './storage-option.ts';
import { checkSpacePath } from './space-path.ts';
import { watchedRun } from './watched-run.ts';

/** With those that only make sense where a study begins. */
type BeginOptions = RunOptions &
  Pick<TuneOptions, 'seed' | 'deterministic' | 'warmStart' | 'fresh' | 'join' | 'storage' | 'artifacts'>;

/** @param commands names of all commands, for a mistyped one lands here */
export function runCommand(commands: () => readonly string[]): Command {
  const command = new Command('run')
    .description('tune what a space file describes (the default command)')
    .argument('[space.json]', 'the space file');
  return withRunOptions(command)
    .option('--seed <number>', "seed of the study (default: the space file's)", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option(
      '--deterministic',
      'same seed, same trials, on any number of slots; at most 4 run at once, and a slow one holds up others',
    )
    .option(
      '--warm-start <path>',
      'an earlier study whose best configurations are tried first; may be repeated',
      collect,
    )
    .option('--fresh', 'start the study over; the earlier journal is set aside')
    .option('--join', 'share the study with other processes that say so too, until its budget is spent')
    .addOption(storageOption("the folder of reports, and this machine's cores"))
    .addOption(artifactsOption())
    .action(async (path: string | undefined, options: BeginOptions, { args: [, ...others] }: Command) => {
      if (path === undefined) throw new TuneError('USAGE', 'the space file is missing: tune <space.json>');
      checkSpacePath(path, commands());
      if (others.length > 0) throw new TuneError('USAGE', `one space file at a time, not also ${others.join(' ')}`);
      await watchedRun(path, options);
    });
}
