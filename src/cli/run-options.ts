/** The options of commands that run a study. */
import type { Command } from 'commander';
import type { TuneOptions } from '../tune/options.ts';
import { duration, memorySize, wholeNumber } from './option-values.ts';

export type RunOptions = Pick<
  TuneOptions,
  | 'trials'
  | 'duration'
  | 'trialDuration'
  | 'converged'
  | 'gradientEvaluations'
  | 'slots'
  | 'memoryLimit'
  | 'sampler'
  | 'pruner'
  | 'confirm'
  | 'eager'
  | 'reports'
> & { readonly json?: boolean; readonly quiet?: boolean };

export function withRunOptions(command: Command): Command {
  return command
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
    .option(
      '--memory-limit <size>',
      "what training may take: 4GB, 500MB; trials that take more fail (default: four fifths of the machine's memory)",
      memorySize,
    )
    .option('--sampler <name>', "what proposes configurations (default: the space file's)")
    .option('--pruner <name>', "what stops trials early (default: the space file's)")
    .option(
      '--confirm <count>',
      'train the 3 best configurations again so often each after the search; the best mean wins',
      wholeNumber(0, 100),
    )
    .option('--eager', 'train op by op instead of in graphs: the same results, slower')
    .option('--reports <folder>', 'folder for studies and reports', 'reports')
    .option('--json', 'print the result as JSON')
    .option('--quiet', 'print nothing but the result');
}
