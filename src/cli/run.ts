/** `tune run <space.json>`, or just `tune <space.json>`: the main job, watched. */
import { Command } from 'commander';
import { errorCodes, TuneError } from '../errors.ts';
import { toJsonText } from '../report/json.ts';
import type { TuneOptions, TuneResult } from '../tune/options.ts';
import { listenForInterruption } from './interruption.ts';
import { collect, duration, wholeNumber } from './option-values.ts';
import { paintFor } from './paint.ts';
import { checkSpacePath } from './space-path.ts';
import { summary } from './summary.ts';
import { openTalk } from './talk.ts';

type RunOptions = Pick<
  TuneOptions,
  | 'trials'
  | 'duration'
  | 'trialDuration'
  | 'converged'
  | 'gradientEvaluations'
  | 'slots'
  | 'seed'
  | 'sampler'
  | 'pruner'
  | 'deterministic'
  | 'warmStart'
  | 'eager'
  | 'reports'
  | 'fresh'
  | 'join'
> & { readonly json?: boolean; readonly quiet?: boolean };

/** @param commands names of all commands, for a mistyped one lands here */
export function runCommand(commands: () => readonly string[]): Command {
  return new Command('run')
    .description('tune what a space file describes (the default command)')
    .argument('[space.json]', 'the space file')
    .option('--trials <count>', 'trials of the study, those of earlier runs included', wholeNumber(1, 1_000_000))
    .option('--duration <time>', 'start no trial after this time: 90s, 10m, 1.5h', duration)
    .option('--trial-duration <time>', 'end a trial after this time', duration)
    .option('--converged', 'start no trial once more of them promise less than the noise of the metric')
    .option(
      '--gradient-evaluations <count>',
      'start no trial once finished ones took so many gradients, counted in examples',
      wholeNumber(1, Number.MAX_SAFE_INTEGER),
    )
    .option('--slots <count>', 'trials that train at once (default: one for each core)', wholeNumber(1, 1024))
    .option('--seed <number>', "seed of the study (default: the space file's)", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--sampler <name>', "what proposes configurations (default: the space file's)")
    .option('--pruner <name>', "what stops trials early (default: the space file's)")
    .option(
      '--deterministic',
      'same seed and slots, same decisions, whichever trials end first; a slow one holds up others',
    )
    .option(
      '--warm-start <path>',
      'an earlier study whose best configurations are tried first; may be repeated',
      collect,
    )
    .option('--eager', 'train op by op instead of in graphs: the same results, slower')
    .option('--reports <folder>', 'folder for studies and reports', 'reports')
    .option('--fresh', 'start the study over; the earlier journal is set aside')
    .option('--join', 'share the study with other processes that say so too, until its budget is spent')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but the result')
    .action(async (path: string | undefined, options: RunOptions, command: Command) => {
      const [, ...others] = command.args;
      if (path === undefined) throw new TuneError('USAGE', 'the space file is missing: tune <space.json>');
      checkSpacePath(path, commands());
      if (others.length > 0) throw new TuneError('USAGE', `one space file at a time, not also ${others.join(' ')}`);
      await run(path, options);
    });
}

async function run(path: string, { json, quiet, ...options }: RunOptions): Promise<void> {
  const { tune } = await import('../tune/tune.ts');
  const talk = openTalk(process.stderr, { quiet });
  const interruption = listenForInterruption(talk.say);
  let result: TuneResult;
  try {
    const { observe, log } = talk;
    result = await tune(path, { ...options, signal: interruption.signal, observe, log });
  } finally {
    talk.close();
    interruption.stop();
  }
  const { study, stopped, files, report } = result;
  process.stdout.write(
    json ? toJsonText({ study, stopped, files, report }) : summary(result, paintFor(process.stdout), options.reports),
  );
  if (stopped === 'interrupted') {
    process.exitCode = 130;
  } else if (!result.best) {
    const { exit, help } = errorCodes.NO_COMPLETE_TRIAL;
    process.stderr.write(`${help}\n`);
    process.exitCode = exit;
  }
}
