/** `tune report`: the report of a study again, from its journal and what its last report knows besides. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ReportOptions } from '../../src/cli/report.ts';
import { reportStudy } from '../../src/cli/reported-study.ts';
import { folderStudies } from '../../src/cli/studies.ts';
import { openerFor } from '../../src/cli/open-file.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import type { Report } from '../../src/report/report.ts';
import { summarize } from '../../src/report/summarize.ts';
import { writeReport } from '../../src/report/write.ts';
import { openJournal } from '../../src/storage/journal.ts';
import type { Trial } from '../../src/study/trial.ts';
import { input, time, trials } from '../report/study.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runTune } from './program.ts';
import { addTrial, runLight, writeStudy } from './stored-study.ts';

const cwd = testFolder();
const reports = join(cwd, 'reports');
const run = (...args: string[]) => runLight(['report', ...args], cwd);
/** The same in this process. */
const report = async (study?: string, options: Partial<ReportOptions> = {}) => {
  const { lines, data } = await reportStudy(folderStudies(reports), study, options);
  return { out: `${lines.join('\n')}\n`, data: data as Readonly<Record<string, any>> };
};
const foldersOf = (study: string): string[] =>
  readdirSync(join(reports, study), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && /^\d{4}-/.test(entry.name))
    .map(({ name }) => join(reports, study, name))
    .toSorted();
const names = ['report.html', 'report.md', 'report.json'];
const filesIn = (folder: string) =>
  Object.fromEntries(names.map(name => [name, readFileSync(join(folder, name), 'utf8')]));
const reportIn = (folder: string): Report => parseReport(readFileSync(join(folder, 'report.json'), 'utf8'))!;

describe('of a study that was run', () => {
  const trainer = `
    export default async ({ config, report }) => {
      for (let step = 1; step <= 3; step++) await report((config.x - 0.3) ** 2 + 1 / step);
      if (config.x > 0.9) throw new Error('too far');
      return (config.x - 0.3) ** 2;
    };`;
  const file = {
    trainer: './trainer.js',
    space: { x: { type: 'float', low: 0, high: 1, default: 0.5 } },
    search: { pruner: { median: { startupTrials: 2 } }, repeats: 2, confirm: 2 },
    budget: { trials: 8 },
  };

  beforeAll(async () => {
    writeFileSync(join(cwd, 'trainer.js'), trainer);
    writeFileSync(join(cwd, 'line.json'), JSON.stringify(file));
    // Two nights: the second goes on with the first.
    for (const more of [['--trials', '6'], []]) await runTune(['line.json', '--slots', '2', ...more], { cwd });
  });

  test('it is the same to the byte, without TensorFlow', async () => {
    const [first, second] = foldersOf('line');
    const [nightBefore, night] = [filesIn(first!), filesIn(second!)];
    for (const name of ['report.html', 'report.md']) rmSync(join(second!, name));
    const { code, out, err, native } = await run('line');
    expect({ code, err, native }).toEqual({ code: 0, err: '', native: false });
    expect(out).toContain(`report   ${join('reports', 'line')}`);
    expect(foldersOf('line')).toEqual([first, second]);
    expect(filesIn(second!)).toEqual(night);
    expect(filesIn(first!)).toEqual(nightBefore);
  });

  test('the space file may be gone', async () => {
    const [, second] = foldersOf('line');
    const night = filesIn(second!);
    rmSync(join(cwd, 'line.json'));
    expect((await run('line')).code).toBe(0);
    expect(filesIn(second!)).toEqual(night);
  });

  test('it knows of the night before', () => {
    const [first, second] = foldersOf('line').map(reportIn);
    expect(first).not.toHaveProperty('nights');
    expect(second!.nights).toMatchObject([
      { startedAt: first!.run.startedAt, history: first!.history.map(({ best }) => best) },
    ]);
    expect(second!.nights![0]!.value).toBe(first!.confirmed!.find(({ trial }) => trial === first!.best!.trial)!.mean);
  });
});

test('trials that no report tells of get a report of their own', async () => {
  await writeStudy(reports, 'grown', input, { sections: { metric: 'valLoss' } });
  const earlier = join(reports, 'grown', '2026-03-04');
  mkdirSync(earlier);
  await writeReport(summarize({ ...input, study: 'grown' }), earlier);
  const before = filesIn(earlier);
  await addTrial(reports, 'grown', 9, 0.2);
  expect((await report('grown')).out).toContain('grown: valLoss 0.2 (trial 9)');
  const [kept, own] = foldersOf('grown');
  expect(filesIn(kept!)).toEqual(before);
  const { run: facts, study, trials: rows, nights } = reportIn(own!);
  expect(facts).toMatchObject({ startedAt: time(100), finishedAt: time(110), stopped: 'interrupted', slots: 2 });
  expect(study).toMatchObject({ sampler: 'random', pruner: 'median', metric: { name: 'valLoss', goal: 'minimize' } });
  expect(rows).toHaveLength(10);
  expect(nights).toHaveLength(1);
  const written = filesIn(own!);
  await report('grown');
  expect(foldersOf('grown')).toEqual([kept, own]);
  expect(filesIn(own!)).toEqual(written);
});

test('a study of the same name that was begun anew is another one, however many trials it has', async () => {
  await report('grown');
  const before = foldersOf('grown');
  const { 'report.json': json } = filesIn(before.at(-1)!);
  rmSync(join(reports, 'grown', 'journal.log'));
  const later = trials.map(trial => ({ ...trial, startedAt: time(200), finishedAt: time(210) }));
  await writeStudy(reports, 'grown', { ...input, trials: later });
  await addTrial(reports, 'grown', 9, 0.2);
  await report('grown');
  expect(foldersOf('grown')).toHaveLength(before.length + 1);
  expect(filesIn(before.at(-1)!)['report.json']).toBe(json);
});

describe('of a journal alone', () => {
  test('tells who ran the trials, where several machines did', async () => {
    const by = (id: number) => ({ worker: `machine-${id % 2}`, thread: 1, seconds: 1, epochs: 8 });
    const ran = trials.map(trial => ({ ...trial, attributes: by(trial.id) }));
    await writeStudy(reports, 'machines', { ...input, trials: ran });
    expect(await run('machines')).toMatchObject({ code: 0, err: '' });
    const { run: facts, workers } = reportIn(foldersOf('machines')[0]!);
    expect(facts.slots).toBe(2);
    expect(workers).toMatchObject([
      { name: 'machine-0', trials: 5, failed: 2, epochs: 40, busySeconds: 5, epochsPerSecond: 8 },
      { name: 'machine-1', trials: 4, failed: 1, epochs: 32, busySeconds: 4, epochsPerSecond: 8 },
    ]);
  });

  test('says what it knows, and no more', async () => {
    await writeStudy(reports, 'digits', input);
    expect(await run('digits')).toMatchObject({ code: 0, err: '', native: false });
    const [folder] = foldersOf('digits');
    const { run: facts, study, best } = reportIn(folder!);
    expect(best).toMatchObject({ trial: 7 });
    expect(study).toMatchObject({ metric: { name: 'value', goal: 'minimize' }, sampler: 'unknown', pruner: 'unknown' });
    expect(study).not.toHaveProperty('spaceFile');
    expect(facts).toMatchObject({
      startedAt: time(0),
      finishedAt: time(44),
      stopped: 'interrupted',
      budget: { trials: 9 },
      slots: 1,
    });
    expect(facts.environment).not.toHaveProperty('tensorflow');
  });

  test.each<[string, readonly Trial[], RegExp]>([
    ['no trial', [], /No trial ran\./],
    [
      'failed ones alone',
      trials.filter(({ state }) => state === 'failed'),
      /No trial completed: \d failed, 0 pruned\./,
    ],
  ])('with %s', async (name, some, sentence) => {
    const study = name.replaceAll(' ', '-');
    await writeStudy(reports, study, { ...input, trials: some.map((trial, id) => ({ ...trial, id })) });
    expect((await report(study)).out).toMatch(sentence);
    const { 'report.md': markdown, 'report.json': json } = filesIn(foldersOf(study)[0]!);
    for (const text of [markdown, json]) expect(text).not.toMatch(/undefined|: NaN/);
  });

  test('of several metrics', async () => {
    const values = [
      [1, 5],
      [2, 9],
    ].map(([a, b], id) => ({ ...trials[0]!, id, value: a!, values: [a!, b!] }));
    const facts = { directions: ['minimize', 'maximize'], sections: { metric: ['loss', 'speed'] } } as const;
    await writeStudy(reports, 'two', { ...input, trials: values }, facts);
    await report('two');
    expect(reportIn(foldersOf('two')[0]!)).toMatchObject({
      study: {
        metrics: [
          { name: 'loss', goal: 'minimize' },
          { name: 'speed', goal: 'maximize' },
        ],
      },
      front: [0, 1],
    });
  });
});

test('a damaged report is left out, and said to be', async () => {
  await writeStudy(reports, 'damaged', input);
  const folder = join(reports, 'damaged', '2026-03-04');
  mkdirSync(folder);
  writeFileSync(join(folder, 'report.json'), '{"schema":"tune-report/1","study":{}');
  const { code, err } = await run('damaged');
  expect(code).toBe(0);
  expect(err).toBe(`the report in ${join('reports', 'damaged', '2026-03-04')} is damaged, and left out\n`);
  expect(foldersOf('damaged')).toHaveLength(2);
});

describe('a verdict', () => {
  // reports-reliability.md 3.3: 61 of 64 pairs, p = 0.00109.
  const before = [0.226, 0.219, 0.233, 0.221, 0.228, 0.224, 0.217, 0.23];
  const after = [0.231, 0.244, 0.229, 0.251, 0.238, 0.247, 0.242, 0.236];
  const nightOf = (values: readonly number[]): Trial[] => [
    { ...trials[0]!, value: values[0]! },
    ...values.map((value, index) => ({
      ...trials[0]!,
      id: index + 1,
      value,
      confirms: 0,
      startedAt: time(index + 10),
    })),
  ];

  async function writeNight(study: string, values: readonly number[]): Promise<void> {
    await writeStudy(reports, study, { ...input, trials: [] });
    const journal = await openJournal(join(reports, study, 'journal.log'));
    for (const { id: trial, config, confirms, value, startedAt } of nightOf(values)) {
      const mark = confirms !== undefined && { confirms };
      await journal.append({ type: 'trial-started', trial, attempt: 1, config, ...mark, at: startedAt });
      const result = { state: 'complete', value: value!, attributes: { seed: trial } } as const;
      await journal.append({ type: 'trial-finished', trial, result, at: startedAt });
    }
    await journal.close();
  }

  test('a regression has an exit code of its own, where that is asked for', async () => {
    await writeNight('before', before);
    await writeNight('after', after);
    const asked = ['after', '--compare', 'before', '--output', 'judged'];
    const { code, out, native } = await run(...asked, '--fail-on', 'regression', '--json');
    expect({ code, native }).toEqual({ code: 6, native: false });
    const { verdict } = JSON.parse(out);
    expect(verdict).toMatchObject({ outcome: 'regressed', before, after });
    expect((await run(...asked)).code).toBe(0);
    // The other way round it is none; nor where so much does not matter.
    const improved = ['before', '--compare', join('judged', 'report.json'), '--output', 'improved'];
    expect((await run(...improved, '--fail-on', 'regression')).code).toBe(0);
    const { data } = await report('after', { compare: 'before', noise: 0.2, output: join(cwd, 'noisy') });
    expect(data['verdict'].outcome).toBe('within-noise');
    expect(reportIn(join(cwd, 'noisy')).run.compare).toEqual({ noise: 0.2 });
  });
});

describe('options', () => {
  beforeAll(async () => {
    await writeStudy(reports, 'options', input);
    await report('options');
  });

  test('without a name it is the study that was run last', async () => {
    await writeStudy(reports, 'last', input);
    expect((await report()).out).toMatch(/^last: /);
    await addTrial(reports, 'options', 9, 0.1);
    expect((await report()).out).toMatch(/^options: /);
  });

  test('--json says all of it', async () => {
    const { out } = await run('options', '--json', '--summary-lines', '2');
    const said = JSON.parse(out);
    expect(Object.keys(said)).toEqual(expect.arrayContaining(['study', 'headline', 'advice', 'files', 'summary']));
    expect(reportIn(join(said.files.json, '..')).study.name).toBe('options');
    expect(said.summary).toHaveLength(2);
  });

  test('--summary-lines prints the beginning of the report, never more than a chat takes', async () => {
    const { out } = await report('options', { summaryLines: 3 });
    expect(out.trimEnd().split('\n')).toHaveLength(3);
    expect(out).toMatch(/^### Tuning of options\n\*\*value 0\.1 /);
    const all = (await report('options', { summaryLines: 1000 })).out;
    expect(all.length).toBeLessThanOrEqual(3000);
    expect(all.startsWith(out)).toBe(true);
  });

  test('--output leaves the reports of the study alone', async () => {
    const before = foldersOf('options');
    const { out } = await run('options', '--output', join('other', 'place'));
    expect(out).toContain(`report   ${join('other', 'place', 'report.html')}`);
    expect(foldersOf('options')).toEqual(before);
    expect(filesIn(join(cwd, 'other', 'place'))).toEqual(filesIn(before.at(-1)!));
  });

  test('--open starts what the system opens pages with', async () => {
    const tools = join(cwd, 'tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'xdg-open'), '#!/bin/sh\necho "$1" > "$OPENED"\n');
    chmodSync(join(tools, 'xdg-open'), 0o755);
    const opened = join(cwd, 'opened');
    const env = { PATH: `${tools}:${process.env['PATH']}`, HOME: cwd, DISPLAY: ':0', OPENED: opened };
    const { err } = await runTune(['report', 'options', '--open'], { cwd, env });
    expect(err).toBe('');
    await expect
      .poll(() => readFileSync(opened, 'utf8'))
      .toBe(`${join(foldersOf('options').at(-1)!, 'report.html')}\n`);
  });

  test('--open says the path where there is no screen', async () => {
    const { code, err } = await run('options', '--open');
    expect(code).toBe(0);
    expect(err).toMatch(/^no browser here shows it: open reports.*report\.html\n$/);
  });

  test.each<[string[], RegExp]>([
    [['--compare', 'optoins'], /no study "optoins"[^]*options/],
    [['--compare', './nothing.json'], /nothing\.json: ENOENT/],
    [['--compare', './trainer.js'], /trainer\.js: this is no report\n +expected the path of a report\.json/],
    [['--noise', '-1'], /Expected a number of percent from 0 to 100/],
    [['--fail-on', 'improvement'], /Allowed choices are regression/],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await run('options', ...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

test('nobody sees what opens in CI, or without a screen', () => {
  const open = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv) => openerFor({ platform, env })?.[0];
  expect(open('linux', { DISPLAY: ':0' })).toBe('xdg-open');
  expect(open('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe('xdg-open');
  expect(open('linux', {})).toBeUndefined();
  expect(open('linux', { DISPLAY: ':0', CI: 'true' })).toBeUndefined();
  expect(open('darwin', {})).toBe('open');
  expect(open('win32', {})).toBe('rundll32');
  expect(open('aix', { DISPLAY: ':0' })).toBeUndefined();
});
