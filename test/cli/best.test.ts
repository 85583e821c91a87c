/** `tune best`: one configuration to go on with, or a Pareto front. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { summarize } from '../../src/report/summarize.ts';
import { writeReport } from '../../src/report/write.ts';
import { completeTrial, input, trials } from '../report/study.ts';
import { tunedInput } from '../report/tuned-study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runLight, writeStudy } from './stored-study.ts';

const cwd = testFolder();
const reports = join(cwd, 'reports');
const run = (...args: string[]) => runLight(['best', ...args], cwd);
const { config, value } = trials[7]!;

/** A study and its report, with a model. */
async function writeTuned(name: string, facts: Partial<typeof input>, stored = input.trials): Promise<string> {
  await writeStudy(reports, name, { ...input, trials: stored });
  const folder = join(reports, name, '2026-03-04');
  await mkdir(join(folder, 'model'), { recursive: true });
  await writeReport(summarize({ ...input, ...facts }), folder);
  return join(folder, 'model');
}

beforeAll(async () => {
  await writeStudy(reports, 'digits', input);
  await writeStudy(reports, 'tuned', tunedInput);
  await writeStudy(reports, 'failed', { ...input, trials: [{ ...trials[2]!, id: 0 }] });
  const all = [1, 2, 3, 4].map(first => [first, [5, 9, 8, 9][first - 1]!] as const);
  const several = all.map((values, id) => ({ ...trials[0]!, id, value: values[0], values }));
  await writeStudy(reports, 'two', { ...input, trials: several }, { directions: ['minimize', 'maximize'] });
});

test('says value and configuration, without TensorFlow', async () => {
  const { code, out, err, native } = await run('digits');
  expect({ code, err, native }).toEqual({ code: 0, err: '', native: false });
  expect(out).toBe('trial 7: 0.2525\n  learningRate 0.0031\n  units 128\n  optimizer adam\n  normalize true\n');
});

test('is one JSON document, exact to the last digit', async () => {
  expect(JSON.parse((await run('digits', '--json')).out)).toEqual({ study: 'digits', trial: 7, value, config });
});

test('names the model of the best trial', async () => {
  const model = await writeTuned('modelled', {});
  expect((await run('modelled')).out).toMatch(/\n\nmodel +reports\/modelled\/2026-03-04\/model\n$/);
  expect(JSON.parse((await run('modelled', '--json')).out)).toMatchObject({ trial: 7, model });
});

test('names no model when a better trial has come since', async () => {
  await writeTuned('newer', {}, [...trials, completeTrial(9, 0.1, config)]);
  const best = JSON.parse((await run('newer', '--json')).out) as object;
  expect(best).toMatchObject({ trial: 9, config });
  expect(best).not.toHaveProperty('model');
});

test('goes by the means of configurations that were tried again, as the report does', async () => {
  const lucky = { ...config, units: 20 };
  const again = [
    completeTrial(0, 0.2, lucky),
    completeTrial(1, 0.3, config),
    completeTrial(2, 0.8, lucky),
    completeTrial(3, 0.4, config),
  ];
  await writeTuned('repeated', { trials: again, repeats: 1 }, again);
  expect(JSON.parse((await run('repeated', '--json')).out)).toMatchObject({ trial: 1, config });
});

test('tells what the gradient made of values', async () => {
  expect((await run('tuned')).out).toContain('  lr 0.00002 → 0.002404\n');
  const best = JSON.parse((await run('tuned', '--json')).out) as Record<string, unknown>;
  expect(best).toMatchObject({ config: { lr: 0.000_02 }, learned: { lr: expect.closeTo(0.002_404, 6) } });
});

test('of several objectives there is a front', async () => {
  const { out } = await run('two');
  expect(out).toMatch(/^trial 0: 1, 5\n/);
  expect(out).toMatch(/\nPareto front, 2 trials:\ntrial .*\n +0 .*\n +1 .*\n$/);
  const { front } = JSON.parse((await run('two', '--json')).out) as { front: unknown[] };
  expect(front).toEqual([
    { trial: 0, value: 1, values: [1, 5], config: trials[0]!.config },
    { trial: 1, value: 2, values: [2, 9], config: trials[0]!.config },
  ]);
});

test('without a complete trial there is none, and the exit code says so', async () => {
  const { code, out, err } = await run('failed');
  expect(err).toContain('error: no trial of "failed" completed: 1 failed, 0 pruned');
  expect({ code, out }).toEqual({ code: 1, out: '' });
});
