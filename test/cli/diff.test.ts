/** `tune diff`: what two studies do not have in common. */
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { summarize } from '../../src/report/summarize.ts';
import { reserveReportFolder, writeReport } from '../../src/report/write.ts';
import type { Space } from '../../src/space/space.ts';
import { completeTrial, input, space, trials } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runLight, writeStudy } from './stored-study.ts';

const cwd = testFolder();
const reports = join(cwd, 'reports');
const run = (...args: string[]) => runLight(['diff', ...args], cwd);
const { config: best } = trials[7]!;

async function writeReported(name: string, facts: Partial<typeof input>): Promise<void> {
  const folder = await reserveReportFolder(join(reports, name), new Date(2026, 2, 4));
  await writeReport(summarize({ ...input, ...facts }), folder);
}

beforeAll(async () => {
  const sections = { metric: 'valLoss', train: { epochs: 20, optimizer: { adam: {} } }, data: { csv: 'a.csv' } };
  await writeStudy(reports, 'digits', input, { sections });
  await writeStudy(reports, 'twin', input, { sections });
  const [rate, ...others] = space.params;
  const wide: Space = {
    params: [{ ...rate!, high: 1 } as typeof rate & object, ...others.slice(0, -1)],
    constraints: ['units > 1'],
  };
  const more = [...trials, completeTrial(9, 0.1, { ...best, units: 100 })];
  const changed = { ...sections, train: { ...sections.train, epochs: 40 } };
  await writeStudy(reports, 'wide', { ...input, space: wide, trials: more }, { sections: changed, seed: 8 });
  await writeReported('digits', { sampler: 'random' });
  await writeReported('wide', { sampler: 'tpe', trials: more });
});

test('has a row for each difference, without TensorFlow', async () => {
  const { code, out, err, native } = await run('digits', 'wide');
  expect({ code, err, native }).toEqual({ code: 0, err: '', native: false });
  const rows = out
    .trimEnd()
    .split('\n')
    .map(line => line.split(/ {2,}/));
  expect(rows).toEqual([
    ['', 'digits', 'wide'],
    ['trials', '9: 5 complete, 1 pruned, 3 failed', '10: 6 complete, 1 pruned, 3 failed'],
    ['best value', '0.2525 (trial 7)', '0.101 (trial 9)'],
    ['space.learningRate.high', '0.1', '1'],
    ['space.normalize', '{"type":"boolean","default":true}', '–'],
    ['constraints', '[]', '["units > 1"]'],
    ['train.epochs', '20', '40'],
    ['seed', '7', '8'],
    ['search.sampler', 'random', 'tpe'],
    ['best.units', '128', '100'],
    ['best.normalize', 'true', '–'],
  ]);
});

test('says the same as JSON', async () => {
  const { out, native } = await run('digits', 'wide', '--json');
  expect(native).toBe(false);
  const { a, b, differences, config } = JSON.parse(out) as Record<string, unknown>;
  expect(a).toMatchObject({ study: 'digits', trials: { all: 9, complete: 5 }, best: { trial: 7, config: best } });
  expect(b).toMatchObject({ study: 'wide', trials: { all: 10, complete: 6 }, best: { trial: 9 } });
  expect(differences).toContainEqual({ path: ['train', 'epochs'], a: 20, b: 40 });
  expect(differences).toContainEqual({ path: ['space', 'normalize'], a: { type: 'boolean', default: true } });
  expect(config).toEqual([
    { path: ['units'], a: 128, b: 100 },
    { path: ['normalize'], a: true },
  ]);
});

test('of studies that were set up alike says so', async () => {
  const { code, out } = await run('twin', 'twin');
  expect(code).toBe(0);
  expect(out).toMatch(/\n\nnothing else differs in how they were set up\n$/);
});

test.each([
  ['digits', 'widw'],
  ['widw', 'digits'],
])('%s and %s: one is unknown', async (...names) => {
  const { code, err } = await run(...names);
  expect(err).toContain('did you mean "wide"?');
  expect(code).toBe(2);
});
