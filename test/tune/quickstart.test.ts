/** The promise of the first minute: a space file in; best model, its configuration and a report out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { beforeAll, expect, test } from 'vitest';
import { tune, type TuneResult } from '../../src/index.ts';
import { scoreModel } from './score-model.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const quickstart = fileURLToPath(new URL('../../search-spaces/quickstart.json', import.meta.url));
const { data } = parse(readFileSync(quickstart, 'utf8')) as { data: { glyphs: { examples: number; size: number } } };
// With other seeds the defaults may win three trials.
const seed = 2;
let result: TuneResult;

beforeAll(async () => {
  result = await tune(quickstart, { trials: 3, seed, reports: folder });
});

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

test('every trial completes, and the best of them is better than the defaults', () => {
  expect(result.stopped).toBe('trials');
  expect(result.trials.map(({ id, state }) => [id, state])).toEqual([
    [0, 'complete'],
    [1, 'complete'],
    [2, 'complete'],
  ]);
  const values = result.trials.map(({ value }) => value!);
  expect(result.best!.value).toBe(Math.min(...values));
  expect(result.best!.value).toBeLessThan(values[0]!);
});

test('the report says the gain over the defaults, to people and to programs', () => {
  const { report, files, trials, best } = result;
  const gain = trials[0]!.value! - best!.value!;
  expect(report.gain).toEqual({ absolute: gain, relative: gain / trials[0]!.value! });
  expect(readJson(files.json)).toEqual(report);
  const percent = ((100 * gain) / trials[0]!.value!).toFixed(1);
  expect(readFileSync(files.markdown, 'utf8')).toContain(`${percent} % better than the defaults`);
});

test('the model is a folder of files, and says where it comes from', () => {
  const { files, best } = result;
  expect(readdirSync(files.model!).toSorted()).toEqual([
    'checkpoint.weights',
    'model.json',
    'tune.json',
    'weights.bin',
  ]);
  expect(readJson(join(files.model!, 'tune.json'))).toMatchObject({
    study: 'quickstart',
    trial: best!.id,
    config: best!.config,
    valLoss: best!.value,
    inputShape: [data.glyphs.size, data.glyphs.size, 1],
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    test: result.report.model!.test,
  });
});

test('only the best model was scored on the test rows, once', () => {
  const { files, report } = result;
  expect(report.model!.test.examples).toBe(data.glyphs.examples / 5);
  const read = (path: string): string => readFileSync(path, 'utf8');
  expect(read(files.json).match(/"test": \{/g)).toHaveLength(1);
  expect(read(files.markdown).match(/test score/gi)).toHaveLength(1);
  // The first lines hold the study, with its split; the others what became of its trials.
  const trials = read(files.journal!)
    .split('\n')
    .filter(line => line.includes('trial_id'));
  expect(trials.length).toBeGreaterThan(10);
  expect(trials.filter(line => /test/i.test(line))).toEqual([]);
});

test('another process loads the model, feeds it raw pixels and gets the reported accuracy', () => {
  const { accuracy } = result.report.model!.test.metrics;
  expect(accuracy).toBeGreaterThan(0.5);
  expect(scoreModel(result.files.model!, data, '.', seed)).toBeCloseTo(accuracy!, 6);
});

test('only the weights of the best trial stay beside the journal', () => {
  expect(readdirSync(join(folder, 'quickstart', 'checkpoints'))).toEqual([`trial-${result.best!.id}.weights`]);
});
