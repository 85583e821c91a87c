/** `tune verify <study>`: whether its journal is what was written. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { messageOf, TuneError } from '../errors.ts';
import { printable } from '../text.ts';
import { shownPath } from './files.ts';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

export function verifyCommand(): Command {
  return studiesCommand('verify', 'check the journal of a study, line by line; exit code 1 where it is damaged')
    .argument('<study>', 'name of the study')
    .action(async (name: string, options: ShownOptions) => {
      const [{ findStudy }, { checkJournal }] = await Promise.all([
        import('./studies.ts'),
        import('./journal-flaws.ts'),
      ]);
      const { journal } = await findStudy(options.reports, name);
      const text = await readFile(journal, 'utf8').catch((error: unknown) => {
        const problem = { message: messageOf(error), where: { file: journal } };
        throw new TuneError('FILE_UNREADABLE', problem, { cause: error });
      });
      const { flaws, ...counts } = checkJournal(text);
      const path = shownPath(journal);
      const isSound = flaws.every(({ isMended }) => isMended);
      const isMended = isSound && flaws.length > 0;
      const lines = [
        ...flaws.map(({ line, message }) => `${path}:${line}: ${printable(message)}`),
        `${path} is ${isMended ? 'mended, and sound' : isSound ? 'sound' : 'damaged'}: ${counts.lines} lines, ${counts.trials} trials`,
      ];
      print({ lines, data: { study: name, sound: isSound, journal, ...counts, flaws } }, options);
      if (!isSound) process.exitCode = 1;
    });
}
