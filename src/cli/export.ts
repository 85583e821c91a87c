/** `tune export <study>`: its trials as CSV, as JSON, or as a journal for Optuna. */
import { Option, type Command } from 'commander';
import { TuneError } from '../errors.ts';
import { anyStudiesCommand, withStudies, type ShownOptions } from './shown.ts';

const formats = ['csv', 'json', 'optuna'] as const;
export type ExportFormat = (typeof formats)[number];

type ExportOptions = Pick<ShownOptions, 'reports' | 'storage'> & { readonly output?: string } & Partial<
    Record<ExportFormat, boolean>
  >;

const help = `
CSV has a row for each trial: trial, space_version (where the space has changed), confirms (where trials confirm others), state, attempt, value (value_0, value_1,
… of several metrics), epochs, started_at, finished_at, stopped, cause, message, and a column for each parameter
(param_<name>) and each attribute (attribute_<name>), empty where a trial has none. Lists and objects are JSON text. Numbers stay numbers; text that begins
with = + - @ or a tab has an apostrophe before it, so that no spreadsheet runs it as a formula.

JSON has study, direction, directions, seed, space, sections (of the space file), best (number of a trial) and trials, each
with id, state, attempt, config, value, values (of several metrics), curve (step, value, metrics), stopped, failure (cause,
message, signal), attributes, enqueued, version (of the space, from 2 on), confirms (the trial that it confirms), startedAt
and finishedAt. NaN and Infinity are text.

Optuna's is a journal: JournalStorage(JournalFileBackend(file)).`;

export function exportCommand(): Command {
  const command = anyStudiesCommand('export', 'write the trials of a study as CSV, JSON, or a journal for Optuna')
    .argument('<study>', 'name of the study')
    .addOption(new Option('--csv', 'as a table').conflicts(['json', 'optuna']))
    .addOption(new Option('--optuna', 'as a journal that Optuna opens').conflicts('json'))
    .option('--output <file>', 'write to a file')
    .addHelpText('after', help);
  return command.action(async (name: string, { output, ...options }: ExportOptions) => {
    const format = formats.find(format => options[format]);
    if (format === undefined) throw new TuneError('USAGE', 'the format is missing: --csv, --json or --optuna');
    const { exportStudy } = await import('./exported-study.ts');
    await withStudies(options, studies => exportStudy(studies, name, format, output));
  });
}
