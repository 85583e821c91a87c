/** Row 10: a clock that jumps while trials run, and between the runs of a study. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseReport } from '../../src/report/parse-report.ts';
import { parseLine } from '../../src/storage/journal-line.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { fold } from '../../src/study/fold.ts';
import { runTune } from '../cli/program.ts';
import { makeStudy } from '../study/make-study.ts';
import { moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { randomness, rounds } from './soak.ts';

const folder = testFolder();
const hour = 3_600_000;
const jumps = { '-1 h': -hour, '+1 h': hour, '-10 y': -87_660 * hour };

const timesOf = (events: readonly StudyEvent[]): readonly string[] =>
  events.flatMap(event => ('at' in event ? event.at : []));

/** Events come in the order of their lines, and their times grow with them. */
async function expectOrder(path: string): Promise<void> {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map(line => parseLine(Buffer.from(line))!['seq'] as number)).toEqual(lines.map((_, index) => index));
  const times = timesOf(await readJournal(path));
  expect(times).toEqual(times.toSorted());
}

test('a study in code: with an injected clock that jumps at random, times never go back', async () => {
  const random = randomness('clock jumps');
  const path = join(folder, 'injected.log');
  let time = Date.parse('2026-03-29T00:59:00Z');
  const now = (): Date => {
    time += 1000;
    if (random.uniform() < 0.3) time += Object.values(jumps)[random.int(3)]!;
    return new Date(time);
  };
  for (let run = 0; run < rounds(5, 50); run++) {
    const study = await makeStudy({ now, storage: await openJournal(path) });
    for (let trial = 0; trial < 5; trial++) {
      const { id } = (await study.ask())!;
      await study.report(id, { step: 1, value: 1 });
      await study.tell(id, 1);
    }
    for (const { startedAt, finishedAt } of study.trials()) expect(finishedAt! >= startedAt).toBe(true);
    await study.close();
  }
  await expectOrder(path);
});

describe('the program', () => {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const own = { PATH, HOME, XDG_CACHE_HOME };

  /** Runs a study with limits of time that no jump may reach, and says what went wrong. */
  async function run(name: string, env: NodeJS.ProcessEnv): Promise<void> {
    const budget = { trials: 4, duration: '10m', trialDuration: '5m' };
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...moons, name, budget }));
    const { code, err } = await runTune([`${name}.json`, '--slots', '2'], { cwd: folder, env: { ...own, ...env } });
    expect({ code, err }).toMatchObject({ code: 0 });
    const study = join(folder, 'reports', name);
    const { trials } = fold(await readJournal(join(study, 'journal.log')));
    expect(trials.map(({ state, stopped }) => ({ state, stopped }))).toEqual(
      Array.from({ length: 4 }, () => ({ state: 'complete' })),
    );
    await expectOrder(join(study, 'journal.log'));
    const report = parseReport(
      readFileSync(
        join(
          study,
          readdirSync(study).find(entry => /^\d{4}-/.test(entry))!,
          'report.json',
        ),
        'utf8',
      ),
    )!;
    const seconds = [report.cost.wallSeconds, ...report.trials.map(({ seconds }) => seconds!)];
    for (const duration of seconds) expect(duration).toSatisfy((value: number) => value >= 0 && value < 500);
    expect(report.cost.trialsPerMinute).toBeGreaterThan(0);
    const curves = trials.flatMap(({ curve }) => curve.map(({ metrics }) => metrics!['seconds']!));
    expect(Math.min(...curves)).toBeGreaterThanOrEqual(0);
  }

  test.each(Object.entries(jumps))('whose Date jumps to and fro by %s', async (name, jump) => {
    const preload = fileURLToPath(new URL('clock.mjs', import.meta.url));
    const NODE_OPTIONS = `--import ${preload}`;
    await run(`jump${name.replaceAll(/\W/g, '')}${Math.sign(jump)}`, {
      NODE_OPTIONS,
      CLOCK_JUMP: String(jump),
      CLOCK_EVERY: '50',
    });
  });

  test('in the night in which summer time begins', async () => {
    const preload = fileURLToPath(new URL('clock.mjs', import.meta.url));
    const jump = Date.parse('2026-03-29T00:59:59Z') - Date.now();
    await run('summer', {
      NODE_OPTIONS: `--import ${preload}`,
      CLOCK_JUMP: String(jump),
      CLOCK_EVERY: '0',
      TZ: 'Europe/Berlin',
    });
  });

  /** Debian's; FAKETIME_LIBRARY names another. It moves what the system says, not what Date makes of it. */
  const library = process.env.FAKETIME_LIBRARY ?? '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';
  test.skipIf(!existsSync(library)).each(Object.keys(jumps))('under libfaketime, %s', async name => {
    const file = join(folder, 'faketime');
    writeFileSync(file, '+0');
    const setting = ['+0', name.replaceAll(' ', '')];
    let turn = 0;
    const jumping = setInterval(() => writeFileSync(file, setting[++turn % 2]!), 100);
    await run(`fake${name.replaceAll(/\W/g, '')}${name.startsWith('-') ? 'back' : ''}`, {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }).finally(() => clearInterval(jumping));
    expect(turn).toBeGreaterThan(5);
  });

  test.skipIf(!existsSync(library))('under libfaketime, in the night in which summer time begins', async () => {
    await run('fakesummer', {
      LD_PRELOAD: library,
      FAKETIME: '@2026-03-29 01:59:58',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      TZ: 'Europe/Berlin',
    });
  });
});
