/** `tune tell <study> <trial> <value>`: what came out of a trial that `tune ask` began. */
import { Option, type Command } from 'commander';
import { TuneError } from '../errors.ts';
import { formatNumber } from '../text.ts';
import type { Trial, TrialResult } from '../study/trial.ts';
import { wholeNumber } from './option-values.ts';
import { print, studiesCommand, type ShownOptions } from './shown.ts';

interface TellOptions extends ShownOptions {
  readonly state: TrialResult['state'];
}

const help = `
The value is a number, or a list of numbers where a study has several objectives: '[0.1, 25]'. What is not finite, such as
nan, makes a failed trial. Below zero, and no number: tune tell <study> <trial> -- -inf`;

export function tellCommand(): Command {
  return studiesCommand('tell', 'say what came out of a trial that `tune ask` began')
    .argument('<study>', 'name of the study, or its space file')
    .argument('<trial>', 'number of the trial', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .argument('[value]', 'its value as JSON')
    .addOption(
      new Option('--state <state>', 'how it ended').choices(['complete', 'pruned', 'failed']).default('complete'),
    )
    .addHelpText('after', help)
    .action(async (target: string, id: number, text: string | undefined, options: TellOptions) => {
      const values = text === undefined ? [] : await readValues(text);
      const { withStudy } = await import('./asked-study.ts');
      const told = await withStudy(target, options.reports, async study => {
        refuseValues(values, options.state, study.directions.length);
        const trial = await study.tell(id, { state: options.state, ...(values.length > 0 && { values }) });
        return { study: study.name, trial };
      });
      const { state, value, values: all, failure } = told.trial;
      print(
        { lines: [sentence(told.trial)], data: { ...told, trial: id, state, value, values: all, failure } },
        options,
      );
    });
}

/** @throws TuneError USAGE */
async function readValues(text: string): Promise<readonly number[]> {
  const odd = oddNumber(text);
  if (odd !== undefined) return [odd];
  const { readJson } = await import('./json-argument.ts');
  const given = [readJson(text, 'value')].flat();
  const values = given.map(value => (typeof value === 'string' ? oddNumber(value) : value));
  if (values.length > 0 && values.every(value => typeof value === 'number')) return values;
  throw new TuneError('USAGE', { message: `the value is ${text}`, expected: 'a number, or a list of numbers' });
}

/** NaN and the infinities, as JavaScript, Python and C print them. */
function oddNumber(text: string): number | undefined {
  const [, sign, name] = /^([+-]?)(nan|inf(?:inity)?)$/i.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (name.toLowerCase() === 'nan') return NaN;
  return sign === '-' ? -Infinity : Infinity;
}

/** @throws TuneError USAGE for what would make a failed trial of one that did not fail */
function refuseValues(values: readonly number[], state: TrialResult['state'], objectives: number): void {
  const { length } = values;
  if (state === 'failed' && length > 0) throw new TuneError('USAGE', 'a failed trial has no value');
  if (state === 'complete' && length === 0)
    throw new TuneError('USAGE', {
      message: 'the value is missing',
      hint: 'of a trial without one say --state failed, or --state pruned',
    });
  const isFirst = state === 'pruned' && length === 1;
  if (length === 0 || length === objectives || isFirst) return;
  throw new TuneError('USAGE', {
    message: `the study has ${objectives} objectives, and ${length} values are given`,
    expected: 'one for each, such as "[0.1, 25]"',
  });
}

function sentence({ id, state, value, values = value === undefined ? [] : [value], failure }: Trial): string {
  const outcome = failure
    ? `: ${failure.message}`
    : values.length > 0
      ? `, ${values.map(formatNumber).join(', ')}`
      : '';
  return `trial ${id}: ${state}${outcome}`;
}
