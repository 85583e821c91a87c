/** `tune replay <space.json> [trials...]`: trains trials again and compares what comes out, bit by bit. */
import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from './option-values.ts';
import { print } from './shown.ts';
import { checkSpacePath } from './space-path.ts';
import { watchedReplay } from './watched-replay.ts';

interface ReplayCommandOptions {
  readonly sample?: number;
  readonly seed?: number;
  readonly slots?: number;
  readonly eager?: boolean;
  readonly reports: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const largest = Number.MAX_SAFE_INTEGER;

export function replayCommand(): Command {
  return new Command('replay')
    .description('train trials of a study again, and compare losses and weights bit by bit')
    .argument('<space.json>', 'the space file of the study')
    .argument('[trials...]', 'their numbers (default: that of the best one)', idAfter)
    .option('--sample <count>', 'so many more, drawn at random', wholeNumber(1, 1_000_000))
    .option('--seed <number>', 'what the sample is drawn by (default: the seed of the study)', wholeNumber(0, largest))
    .option('--slots <count>', 'trials that train at once (default: 1)', wholeNumber(1, 1024))
    .option('--eager', 'train op by op instead of in graphs: the same results, slower')
    .option('--reports <folder>', 'folder of the studies', 'reports')
    .option('--json', 'print it as JSON')
    .option('--quiet', 'print nothing but the result')
    .addHelpText('after', '\nExit code 0: all the same; 1: not all.')
    .action(async (path: string, ids: readonly number[], { json, ...options }: ReplayCommandOptions) => {
      checkSpacePath(path);
      const replayed = await watchedReplay(path, { ...options, trials: ids.length > 0 ? ids : undefined });
      const { isSame, lines, trials, exitCode } = replayed;
      print({ lines, data: { same: isSame, trials } }, { json });
      process.exitCode = exitCode;
    });
}

function idAfter(text: string, earlier: readonly number[] = []): readonly number[] {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected numbers of trials.');
  return [...earlier, Number(text)];
}
