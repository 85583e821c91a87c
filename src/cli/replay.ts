/** `tune replay <space.json> [trials...]`: trains trials again and compares what comes out, bit by bit. */
import { Command, InvalidArgumentError } from 'commander';
import { toJsonText } from '../report/json.ts';
import type { ReplayedTrial } from '../tune/replay-trials.ts';
import { listenForInterruption } from './interruption.ts';
import { wholeNumber } from './option-values.ts';
import { checkSpacePath } from './space-path.ts';
import { openTalk } from './talk.ts';

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
    .action(async (path: string, ids: readonly number[], { json, quiet, ...options }: ReplayCommandOptions) => {
      checkSpacePath(path);
      const { replay } = await import('../tune/replay-trials.ts');
      const talk = openTalk(process.stderr, { quiet });
      const interruption = listenForInterruption(talk.say);
      const { signal } = interruption;
      let replayed: readonly ReplayedTrial[];
      let compared = 0;
      try {
        replayed = await replay(path, {
          ...options,
          trials: ids.length > 0 ? ids : undefined,
          signal,
          log: talk.log,
          observe(event) {
            talk.observe(event.type === 'phase' ? event : { type: 'phase', text: `compared: ${++compared}` });
          },
        });
      } finally {
        talk.close();
        interruption.stop();
      }
      const isSame = replayed.every(({ differences }) => differences.length === 0);
      process.stdout.write(
        json ? toJsonText({ same: isSame, trials: replayed }) : `${replayed.map(sentence).join('\n')}\n`,
      );
      if (signal.aborted) process.exitCode = 130;
      else if (!isSame) process.exitCode = 1;
    });
}

function idAfter(text: string, earlier: readonly number[] = []): readonly number[] {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected numbers of trials.');
  return [...earlier, Number(text)];
}

function sentence({ trial, steps, differences: [first, ...others] }: ReplayedTrial): string {
  const compared = `${steps} ${steps === 1 ? 'step' : 'steps'}`;
  if (!first) return `trial ${trial}: the same, to the bit (${compared} and the weights)`;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `trial ${trial}: differs: ${first.what} was ${first.recorded ?? 'nothing'}, is ${first.repeated ?? 'nothing'}${more}`;
}
