/** `tune export`: CSV, JSON and Optuna's journal, each read by someone else. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Trial } from '../../src/study/trial.ts';
import { input, space, time, trials } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runLight, writeStudy } from './stored-study.ts';

const cwd = testFolder();
const reports = join(cwd, 'reports');
const journalOf = (name: string): string => join(reports, name, 'journal.log');
const run = (...args: string[]) => runLight(['export', ...args], cwd);

beforeAll(async () => {
  await writeStudy(reports, 'digits', input);
  const failure = { cause: 'error', message: '=HYPERLINK("http://example.org", "x")' } as const;
  const odd: Trial = { ...trials[2]!, id: 1, failure, attributes: { 'a,b': [1, null], negative: -2, text: '-2' } };
  await writeStudy(reports, 'odd', { ...input, trials: [trials[0]!, odd] });
  const values = [1, 2].map((first, id) => ({ ...trials[0]!, id, value: first, values: [first, 5] }));
  await writeStudy(reports, 'two', { ...input, trials: values }, { directions: ['minimize', 'maximize'] });
});

describe('--csv', () => {
  const read = (text: string) => parse(text, { columns: true }) as Readonly<Record<string, string>>[];

  test('has a row for each trial and a column for each parameter and attribute, without TensorFlow', async () => {
    const { code, out, err, native } = await run('digits', '--csv');
    expect({ code, err, native }).toEqual({ code: 0, err: '', native: false });
    expect(out.split('\r\n')[0]).toBe(
      'trial,state,attempt,value,epochs,started_at,finished_at,stopped,cause,message,param_learningRate,param_units,' +
        'param_optimizer,param_momentum,param_normalize,attribute_bestEpoch,attribute_epochs,attribute_trainLoss,' +
        'attribute_valLoss,attribute_valAccuracy,attribute_seconds,attribute_parameters,attribute_thread,attribute_seed,' +
        'attribute_weightsHash',
    );
    const rows = read(out);
    expect(rows).toHaveLength(9);
    const { config, value } = trials[7]!;
    expect(rows[7]).toMatchObject({ trial: '7', state: 'complete', value: String(value), started_at: time(35) });
    // Conditional: no momentum without sgd.
    expect(rows[7]).toMatchObject({ param_learningRate: String(config['learningRate']), param_momentum: '' });
    expect(rows[6]).toMatchObject({ state: 'failed', attempt: '2', value: '', cause: 'crash', attribute_seed: '' });
  });

  test('has no formulas of others, and leaves numbers alone', async () => {
    const [, row] = read((await run('odd', '--csv')).out);
    expect(row).toMatchObject({
      message: '\'=HYPERLINK("http://example.org", "x")',
      'attribute_a,b': '[1,null]',
      attribute_negative: '-2',
      attribute_text: "'-2",
    });
  });

  test('has a column for each objective', async () => {
    expect(read((await run('two', '--csv')).out)[1]).toMatchObject({ value_0: '2', value_1: '5' });
  });
});

test('--json has the study and its trials as they are', async () => {
  const { code, out, native } = await run('digits', '--json');
  expect({ code, native }).toEqual({ code: 0, native: false });
  // The journals of these tests have no curves.
  const stored = trials.map(trial => ({ ...trial, curve: [], stopped: undefined }));
  expect(JSON.parse(out)).toEqual({
    study: 'digits',
    direction: 'minimize',
    directions: ['minimize'],
    seed: 7,
    space: JSON.parse(JSON.stringify(space)) as unknown,
    best: 7,
    trials: JSON.parse(JSON.stringify(stored)) as unknown,
  });
});

describe('--optuna', () => {
  test('is a journal that Optuna opens and goes on with', async context => {
    appendFileSync(journalOf('digits'), '{"op_code":8,"trial_id":1,"us');
    const { code, err } = await run('digits', '--optuna', '--output', 'optuna.log');
    expect({ code, err }).toEqual({ code: 0, err: 'wrote 9 trials to optuna.log\n' });
    const exported = join(cwd, 'optuna.log');
    const python = process.env['TUNE_OPTUNA_PYTHON'];
    if (!python) return context.skip('TUNE_OPTUNA_PYTHON names no Python with optuna==5.0.0');
    const script = fileURLToPath(new URL('open_with_optuna.py', import.meta.url));
    const seen = JSON.parse(execFileSync(python, [script, exported, 'digits'], { encoding: 'utf8' })) as object;
    const names = {
      complete: 'COMPLETE',
      pruned: 'PRUNED',
      failed: 'FAIL',
      running: '',
      interrupted: '',
      paused: '',
      waiting: '',
    } as const;
    expect(seen).toEqual({
      best: 7,
      added: 9,
      seen: trials.map(({ state, config, value = null }) => ({ state: names[state], params: config, value })),
    });
    // We read what it added.
    mkdirSync(join(reports, 'back'));
    copyFileSync(exported, journalOf('back'));
    expect(JSON.parse((await run('back', '--json')).out)).toMatchObject({ study: 'back', best: 9 });
  });

  test('leaves the journal alone', async () => {
    const before = readFileSync(journalOf('two'));
    symlinkSync(journalOf('two'), join(cwd, 'link.log'));
    for (const output of [journalOf('two'), 'reports/two/../two/journal.log', 'link.log']) {
      const { code, err } = await run('two', '--optuna', '--output', output);
      expect(err).toContain(`error: ${output} is the journal of this study`);
      expect(code).toBe(2);
    }
    expect(readFileSync(journalOf('two'))).toEqual(before);
  });
});

test.each<[string[], string]>([
  [['digits'], 'error: the format is missing: --csv, --json or --optuna'],
  [['digits', '--csv', '--optuna'], "option '--csv' cannot be used with option '--optuna'"],
  [['digits', '--csv', '--output', 'no/such/folder.csv'], 'no/such/folder.csv: '],
  [['digit', '--csv'], 'did you mean "digits"?'],
])('%j is refused with exit code 2', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect(err).toContain(message);
  expect({ code, out }).toEqual({ code: 2, out: '' });
});
