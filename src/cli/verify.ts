/** `tune verify <study>`: whether its journal is what was written, and whether what it says can be repeated. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { messageOf, TuneError } from '../errors.ts';
import { printable } from '../text.ts';
import { shownPath } from './files.ts';
import type { CheckedJournal } from './journal-flaws.ts';
import { wholeNumber } from './option-values.ts';
import { print, studiesCommand, type ShownOptions } from './shown.ts';
import type { WatchedReplay, WatchedReplayOptions } from './watched-replay.ts';

type VerifyOptions = ShownOptions &
  Pick<WatchedReplayOptions, 'seed' | 'slots' | 'quiet'> & { readonly retrain?: number };

export function verifyCommand(): Command {
  return studiesCommand('verify', 'check the journal of a study, line by line; exit code 1 where it is damaged')
    .argument('<study>', 'name of the study')
    .option('--retrain <count>', 'train so many of its trials again, drawn at random: 1 if not all repeat', counted)
    .option('--seed <number>', 'what they are drawn by (default: the seed of the study)', wholeNumber(0, largest))
    .option('--slots <count>', 'trials that train again at once (default: 1)', wholeNumber(1, 1024))
    .option('--quiet', 'print nothing but the result')
    .action(async (name: string, { retrain, ...options }: VerifyOptions) => {
      const { reports, json } = options;
      const [{ findStudy }, { checkJournal }] = await Promise.all([
        import('./studies.ts'),
        import('./journal-flaws.ts'),
      ]);
      const { journal } = await findStudy(reports, name);
      const checked = checkJournal(await readText(journal));
      const data = { study: name, sound: isSound(checked), journal, ...checked };
      const lines = linesOf(checked, shownPath(journal));
      // What was found is said before hours of training.
      if (!json || retrain === undefined) print({ lines, data }, options);
      const again = retrain === undefined ? undefined : await retrained(name, retrain, options);
      if (again) {
        const { isSame, trials } = again;
        print({ lines: again.lines, data: { ...data, retrained: { same: isSame, trials } } }, options);
      }
      process.exitCode = again?.exitCode || (data.sound ? 0 : 1);
    });
}

const largest = Number.MAX_SAFE_INTEGER;
const counted = wholeNumber(1, 1_000_000);

async function readText(journal: string): Promise<string> {
  return readFile(journal, 'utf8').catch((error: unknown) => {
    const problem = { message: messageOf(error), where: { file: journal } };
    throw new TuneError('FILE_UNREADABLE', problem, { cause: error });
  });
}

function isSound({ flaws }: CheckedJournal): boolean {
  return flaws.every(({ isMended }) => isMended);
}

function linesOf(checked: CheckedJournal, path: string): readonly string[] {
  const { flaws, lines, trials } = checked;
  const state = !isSound(checked) ? 'damaged' : flaws.length > 0 ? 'mended, and sound' : 'sound';
  return [
    ...flaws.map(({ line, message }) => `${path}:${line}: ${printable(message)}`),
    `${path} is ${state}: ${lines} lines, ${trials} trials`,
  ];
}

async function retrained(name: string, sample: number, { reports, ...options }: VerifyOptions): Promise<WatchedReplay> {
  const [{ folderStudies, readStudy }, { spaceFileOf }, { watchedReplay }] = await Promise.all([
    import('./studies.ts'),
    import('./recorded-file.ts'),
    import('./watched-replay.ts'),
  ]);
  const path = spaceFileOf(await readStudy(folderStudies(reports), name));
  return watchedReplay(path, { ...options, reports, name, sample });
}
