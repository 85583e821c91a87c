/** What `tune export` writes, and where. */
import { readFile, realpath } from 'node:fs/promises';
import { messageOf, TuneError } from '../errors.ts';
import { toJsonText } from '../report/json.ts';
import { trialsCsv } from '../report/trials-csv.ts';
import { parseLine } from '../storage/journal-line.ts';
import { journalText } from '../storage/journal-text.ts';
import { writeWhole } from '../write-whole.ts';
import type { ExportFormat } from './export.ts';
import { shownPath } from './files.ts';
import type { StoredStudy } from '../tune/stored-study.ts';
import { readStudy, type Studies } from './studies.ts';

/** @param output path of a file; else it goes to stdout */
export async function exportStudy(
  studies: Studies,
  name: string,
  format: ExportFormat,
  output: string | undefined,
): Promise<void> {
  const stored = await readStudy(studies, name);
  const text = await writers[format](stored);
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  await refuseJournal(stored.source.journal, output);
  await writeWhole(output, text).catch((error: unknown) => {
    const problem = { message: messageOf(error), where: { file: output } };
    throw new TuneError('FILE_UNREADABLE', problem, { cause: error });
  });
  process.stderr.write(`wrote ${stored.trials.length} trials to ${shownPath(output)}\n`);
}

const writers: Readonly<Record<ExportFormat, (stored: StoredStudy) => string | Promise<string>>> = {
  csv: ({ study, trials, parameters }) => trialsCsv(trials, parameters, study?.directions?.length ?? 1),
  json({ name, study, trials, best }) {
    const { direction, directions = direction && [direction], seed, space, sections } = study ?? {};
    return toJsonText({ study: name, direction, directions, seed, space, sections, best: best?.id, trials });
  },
  /** Our journals are Optuna's: all of it but what a crash cut short, which Optuna could not go on after. */
  async optuna({ source }) {
    const { journal } = source;
    if (journal === undefined) return journalText(await source.events());
    const lines = (await readFile(journal, 'utf8')).split('\n').slice(0, -1);
    return lines
      .filter(line => parseLine(Buffer.from(line)))
      .map(line => `${line}\n`)
      .join('');
  },
};

/** @throws TuneError USAGE where a study would be written over by a part of itself */
async function refuseJournal(journal: string | undefined, output: string): Promise<void> {
  if (journal === undefined) return;
  const target = await realpath(output).catch(() => undefined);
  if (target === (await realpath(journal)))
    throw new TuneError('USAGE', { message: `${output} is the journal of this study`, hint: 'choose another file' });
}
