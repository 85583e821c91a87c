/** Night after night: what is the same, what became worse, what was cut off, and what is wrong with one study alone. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TuneEvent } from '../../src/index.ts';
import { exitOf } from '../../src/cli/watched-night.ts';
import type { Report } from '../../src/report/report.ts';
import { isMeantAsSpace, shareOf } from '../../src/tune/night-plan.ts';
import { nightly, type NightlyOptions } from '../../src/tune/nightly.ts';
import { startTune } from '../cli/program.ts';
import { testFolder } from './test-folder.ts';

const root = testFolder();
let folder: string;
let reports: string;
let count = 0;
beforeEach(() => {
  folder = join(root, `night-${(count += 1)}`);
  reports = join(folder, 'reports');
  mkdirSync(folder);
  // Two percent of noise, by the seed alone.
  writeFileSync(
    join(folder, 'train.mjs'),
    `export default async ({ config: { x }, seed, report }) => {
      await report(1, 2);
      if (x > 0.999) throw new Error('too far');
      return 1 + (x - 0.8) ** 2 + (seed % 1000) / 50000;
    };`,
  );
});

const space = {
  trainer: 'train.mjs',
  space: { x: { type: 'float', low: 0, high: 1, default: 0.5 } },
  search: { deterministic: 2, pruner: 'none' },
  budget: { trials: 8 },
};

function write(name: string, contents: unknown): void {
  writeFileSync(join(folder, name), typeof contents === 'string' ? contents : JSON.stringify(contents));
}

async function night(options: Partial<NightlyOptions> = {}) {
  const notices: string[] = [];
  const events: TuneEvent[] = [];
  const observe = (event: TuneEvent): void => {
    events.push(event);
    if (event.type === 'notice') notices.push(event.text);
    options.observe?.(event);
  };
  const { night, files } = await nightly(folder, { reports, slots: 2, confirmSeeds: 6, ...options, observe });
  const trained = events.filter(({ type }) => type === 'trial-started').length;
  return { studies: night.studies, files, notices, trained };
}

function reportOf(study: string, run = -1): Report {
  const days = readdirSync(join(reports, study)).filter(name => /^\d{4}-/.test(name));
  const byRun = days.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return JSON.parse(readFileSync(join(reports, study, byRun.at(run)!, 'report.json'), 'utf8')) as Report;
}

/** Everything of the trials but times. */
function facts({ trials }: Report) {
  return trials.map(({ trial, state, value, config, confirms }) => ({ trial, state, value, config, confirms }));
}

describe('a night like the one before', () => {
  test('has the same trials to the bit from the second on, and nothing to report', { timeout: 120_000 }, async () => {
    // The sampler goes through all there is, so that what it is given changes no more than the order.
    const all = { x: { type: 'float', low: 0, high: 0.8, step: 0.2, default: 0.4 } };
    write('a.json', { ...space, space: all, search: { ...space.search, sampler: 'grid' }, budget: { trials: 5 } });
    write('schema.json', { type: 'object', properties: { space: {}, data: {} } });
    const first = await night();
    expect(first.studies).toMatchObject([{ study: 'a', state: 'done', trend: [expect.any(Number)] }]);
    expect(first.studies[0]!.verdict).toBeUndefined();
    expect(first.trained).toBe(5 + 6);
    // What the first found comes into the second.
    const second = await night();
    const third = await night();
    expect(second.studies[0]!.verdict!.outcome).not.toBe('regressed');
    expect(facts(reportOf('a'))).toEqual(facts(reportOf('a', -2)));
    const { verdict, trend } = third.studies[0]!;
    expect(verdict).toMatchObject({ outcome: 'no-change', isPaired: true });
    expect(verdict!.before).toEqual(verdict!.after);
    expect(trend).toHaveLength(3);
    const { confirmed, best, nights, trials } = reportOf('a');
    expect(confirmed!.find(({ trial }) => trial === best!.trial)).toMatchObject({ isRival: true });
    expect(nights).toHaveLength(2);
    expect(trials[1]!.config).toEqual(reportOf('a', 0).best!.config);
    expect(exitOf({ studies: third.studies }, { failOn: 'regression', isInterrupted: false })).toBe(0);
    expect(readFileSync(third.files.html, 'utf8')).toContain('1 no change');
    expect(readFileSync(third.files.markdown, 'utf8')).toContain('= No change');
  });

  test(
    'that has become worse says so, and what of it was lost; then all is well again',
    { timeout: 120_000 },
    async () => {
      write('a.json', space);
      await night();
      write('a.json', { ...space, space: { x: { type: 'float', low: 0, high: 0.4, default: 0.3 } } });
      const worse = await night();
      expect(worse.studies[0]!.verdict).toMatchObject({ outcome: 'regressed' });
      expect(worse.notices.join('\n')).toMatch(/the space has not got the best configuration .*"x" cannot be/);
      expect(exitOf({ studies: worse.studies }, { failOn: 'regression', isInterrupted: false })).toBe(6);
      expect(exitOf({ studies: worse.studies }, { failOn: 'none', isInterrupted: false })).toBe(0);
      expect(
        reportOf('a')
          .comparison!.changes.map(({ what }) => what)
          .join(),
      ).toContain('x');
      write('a.json', space);
      const better = await night();
      expect(better.studies[0]!.verdict).toMatchObject({ outcome: 'improved' });
      // Last night's best was there again, and lost to tonight's with the same seeds.
      expect(reportOf('a').confirmed).toHaveLength(2);
      expect(reportOf('a').comparison!.parts!.setting.estimate).toBe(0);
    },
  );

  test('with a last report that is damaged compares with the one before it', { timeout: 120_000 }, async () => {
    write('a.json', space);
    await night({ trials: 3 });
    await night({ trials: 3 });
    const [, last] = readdirSync(join(reports, 'a')).filter(name => /^\d{4}-/.test(name));
    writeFileSync(join(reports, 'a', last!, 'report.json'), '{"schema":"tune-re');
    const { studies } = await night({ trials: 3 });
    expect(studies[0]).toMatchObject({ state: 'done', verdict: { outcome: expect.any(String) } });
    expect(studies[0]!.trend).toHaveLength(2);
  });
});

describe('a night that was cut off', () => {
  test('by the user goes on, before the others begin, to the same end', { timeout: 120_000 }, async () => {
    for (const name of ['a', 'b']) write(`${name}.json`, space);
    const controller = new AbortController();
    let finished = 0;
    const cut = await night({
      signal: controller.signal,
      observe: ({ type }) => type === 'trial-finished' && ++finished === 3 && controller.abort(),
    });
    expect(cut.studies.map(({ study, state }) => [study, state])).toEqual([
      ['a', 'interrupted'],
      ['b', 'not-run'],
    ]);
    expect(exitOf({ studies: cut.studies }, { failOn: 'regression', isInterrupted: true })).toBe(130);
    const { notices, studies, trained } = await night();
    expect(notices[0]).toMatch(/study 1 of 2: a goes on where it was cut off/);
    expect(studies.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(trained).toBeLessThan(2 * (8 + 6));
    expect(facts(reportOf('a'))).toEqual(facts(reportOf('b')));
    expect(studies[0]!.verdict).toBeUndefined();
  });

  test('by kill -9 goes on too', { timeout: 120_000 }, async () => {
    const slow = `export default async ({ config: { x }, report }) => {
      await report(1, x);
      await new Promise(resolve => setTimeout(resolve, 300));
      return x;
    };`;
    write('slow.mjs', slow);
    write('a.json', { ...space, trainer: 'slow.mjs' });
    const program = startTune(['nightly', '.', '--slots', '1', '--confirm-seeds', '1'], { cwd: folder });
    await program.says(/trial 2 complete/);
    program.child.kill('SIGKILL');
    await program.ended;
    const { notices, trained } = await night({ slots: 1, confirmSeeds: 1 });
    expect(notices[0]).toMatch(/goes on where it was cut off/);
    expect(trained).toBeLessThanOrEqual(8 + 1 - 3);
    rmSync(reports, { recursive: true });
  });
});

test('a night that was cut off begins anew where its space has become another', { timeout: 120_000 }, async () => {
  write('a.json', space);
  const controller = new AbortController();
  const observe = ({ type }: TuneEvent) => void (type === 'trial-finished' && controller.abort());
  await night({ signal: controller.signal, observe });
  write('a.json', { ...space, space: { ...space.space, y: { type: 'int', low: 1, high: 9 } } });
  const { notices, studies } = await night({ trials: 2 });
  expect(notices.join('\n')).toContain('its space file has changed since it was cut off, so it begins anew');
  expect(studies[0]).toMatchObject({ state: 'done' });
});

describe('what is wrong with one study', () => {
  test('is said, and the others are done', { timeout: 120_000 }, async () => {
    write('broken.json', '{ "space": { "x": { "type": "float", "low": 1, "high": 0 } } }');
    write('torn.json', '{ "space": { "x": ');
    write('notes.json', '[1, 2]');
    write('bad.json', { ...space, space: { x: { type: 'float', low: 0.9995, high: 1, default: 1 } } });
    write('gone.json', { ...space, trainer: 'gone.mjs' });
    write('good.json', space);
    write('twin.json', { ...space, name: 'good' });
    const { studies } = await night({ trials: 2 });
    const states = Object.fromEntries(
      studies.map(({ spaceFile, state }) => [spaceFile.slice(folder.length + 1), state]),
    );
    expect(states).toEqual({
      'bad.json': 'failed',
      'gone.json': 'failed',
      'broken.json': 'invalid',
      'torn.json': 'invalid',
      'twin.json': 'invalid',
      'good.json': 'done',
    });
    const said = (name: string) => studies.find(({ spaceFile }) => spaceFile.endsWith(name))!.problems!.join('\n');
    expect(said('broken.json')).toMatch(/broken\.json:1:\d+/);
    expect(said('torn.json')).toMatch(/torn\.json:1:\d+/);
    expect(said('bad.json')).toContain('too far');
    expect(studies.at(-1)!.study).toBe('good');
    const options = { failOn: 'regression', isInterrupted: false } as const;
    expect(exitOf({ studies: studies.filter(({ state }) => state !== 'failed') }, options)).toBe(2);
    expect(exitOf({ studies: studies.filter(({ study }) => study !== 'gone') }, options)).toBe(1);
  });

  test('no space file at all is wrong usage', async () => {
    await expect(night()).rejects.toMatchObject({ code: 'USAGE' });
    await expect(nightly(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

test('what has keys of a space file is meant as one', () => {
  for (const text of ['{"space":{}}', '{"trainer":"a.js"}', '{"data":{"csv":"a"}', '// words\n{"model": 1}'])
    expect([text, isMeantAsSpace(text)]).toEqual([text, true]);
  for (const text of ['[]', '{"name":"x","version":"1"}', '{"type":"object","properties":{"space":{}}}', '7', 'x'])
    expect([text, isMeantAsSpace(text)]).toEqual([text, false]);
});

describe('the time of the night', () => {
  test('is shared by those that are left, and a part is kept for the trainings after the search', () => {
    expect(shareOf({ left: 4000, studies: 4 })).toEqual({ search: 750 });
    expect(shareOf({ left: 4000, studies: 4, after: 160 })).toEqual({ search: 800 });
    // Never more than half, and a little always.
    expect(shareOf({ left: 4000, studies: 4, after: 9000 })).toEqual({ search: 500 });
    expect(shareOf({ left: 4000, studies: 4, after: 0 })).toEqual({ search: 950 });
    expect(shareOf({ left: 4000, studies: 4, own: 60 })).toEqual({ search: 60 });
    expect(shareOf({ left: Infinity, studies: 4 })).toEqual({ search: Infinity });
    expect(shareOf({ left: Infinity, studies: 4, own: 60 })).toEqual({ search: 60 });
  });

  test('what one study leaves goes to the next; after its end none begins', { timeout: 120_000 }, async () => {
    for (const name of ['a', 'b', 'c']) write(`${name}.json`, space);
    let now = 0;
    const { studies, notices } = await night({
      trials: 1,
      confirmSeeds: 0,
      duration: 300,
      clock: () => now,
      observe(event) {
        if (event.type === 'notice' && event.text.startsWith('study 1')) now = 20_000;
        if (event.type === 'notice' && event.text.startsWith('study 2')) now = 400_000;
      },
    });
    // 100 seconds, then half of 280; a quarter is kept.
    expect(notices[0]).toContain('1 min 15 s');
    expect(notices.find(text => text.startsWith('study 2'))).toContain('1 min 45 s');
    expect(studies.map(({ study, state }) => [study, state])).toEqual([
      ['c', 'not-run'],
      ['a', 'done'],
      ['b', 'done'],
    ]);
  });
});
