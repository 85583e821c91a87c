/** A study goes on where it ended, whatever ended it, and never does anything twice. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { replay, tune, type TuneEvent, type TuneOptions, type TuneResult } from '../../src/index.ts';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { startTune, runTune } from '../cli/program.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Runs the study and notes which trials it trained. */
async function observed(target: Readonly<Record<string, unknown>>, options: TuneOptions) {
  const events: TuneEvent[] = [];
  const observe = (event: TuneEvent): void => {
    events.push(event);
    options.observe?.(event);
  };
  const result = await tune(target, { slots: 1, ...options, observe });
  const trained = events.flatMap(event => (event.type === 'trial-started' ? [event.trial] : []));
  const phases = events.flatMap(event => (event.type === 'phase' ? [event.text] : []));
  return { ...result, trained, phases };
}

/** Calls back when the given number of trials have finished. */
function afterTrials(count: number, then: () => void): (event: TuneEvent) => void {
  let finished = 0;
  return event => {
    if (event.type === 'trial-finished' && ++finished === count) then();
  };
}

describe('one study, called again and again', () => {
  const reports = join(folder, 'again');
  const journal = join(reports, 'moons', 'journal.log');
  let interrupted: Awaited<ReturnType<typeof observed>>;
  let interruptedJournal: string;

  beforeAll(async () => {
    const controller = new AbortController();
    const observe = afterTrials(2, () => controller.abort());
    interrupted = await observed(moons, { reports, signal: controller.signal, observe });
    interruptedJournal = read(journal);
  });

  test('an interrupted study still reports and saves its best model', () => {
    expect(interrupted).toMatchObject({ stopped: 'interrupted', trained: [0, 1], best: { state: 'complete' } });
    expect(interrupted.report.cost.counts).toMatchObject({ complete: 2, running: 0 });
    expect(readdirSync(interrupted.files.model!)).toContain('model.json');
  });

  test('the same call goes on to the end of the budget, with a report of its own', async () => {
    const { stopped, trained, trials, files } = await observed(moons, { reports });
    expect({ stopped, trained }).toEqual({ stopped: 'trials', trained: [2, 3] });
    expect(trials.slice(0, 2)).toEqual(interrupted.trials);
    expect(read(journal).startsWith(interruptedJournal)).toBe(true);
    expect(files.json).not.toBe(interrupted.files.json);
    expect(read(interrupted.files.json)).toContain('"interrupted"');
  });

  test('a finished study gives its report back without any training', async () => {
    const before = read(journal);
    const first = await observed(moons, { reports });
    const second = await observed(moons, { reports });
    expect(second).toEqual(first);
    expect(second).toMatchObject({ stopped: 'trials', trained: [], phases: ['reading the data'] });
    expect(second.report.trials).toHaveLength(4);
    expect(readdirSync(second.files.model!)).toContain('model.json');
    expect(read(journal)).toBe(before);
  });

  test('a larger budget goes on', async () => {
    const { trained, trials } = await observed(moons, { reports, trials: 6 });
    expect(trained).toEqual([4, 5]);
    expect(trials).toHaveLength(6);
  });

  test('other parameters are refused, and the journal stays as it is', async () => {
    const before = read(journal);
    const space = { ...moons.space, units: { type: 'int', low: 2, high: 16, step: 2, default: 8 } };
    await expect(observed({ ...moons, space }, { reports })).rejects.toMatchObject({
      code: 'STUDY_CHANGED',
      exitCode: 2,
      message: expect.stringContaining('units'),
    });
    expect(read(journal)).toBe(before);
  });

  test('a range that became narrower is told, and earlier trials can still be repeated', async () => {
    const path = join(folder, 'narrower.json');
    const write = (units: object): void =>
      writeFileSync(path, JSON.stringify({ ...moons, name: 'narrower', space: { ...moons.space, units } }));
    write(moons.space.units);
    const first = await tune(path, { reports, slots: 1, trials: 3 });
    const last = first.trials[2]!.config['units'] as number;
    write({ type: 'int', low: last + 1, high: last + 40 });
    const notices: string[] = [];
    const observe = (event: TuneEvent): void => void (event.type === 'notice' && notices.push(event.text));
    const { trials, report, files } = await tune(path, { reports, slots: 1, trials: 5, observe });
    expect(notices).toEqual([`the space changed: units 2..16 -> ${last + 1}..${last + 40} (version 2)`]);
    expect(trials.slice(0, 3)).toEqual(first.trials);
    for (const { version, config } of trials.slice(3)) {
      expect(version).toBe(2);
      expect(config['units']).toBeGreaterThan(last);
    }
    expect(report.trials.map(({ version }) => version)).toEqual([undefined, undefined, undefined, 2, 2]);
    expect(read(files.markdown)).toContain('trials are 3 of version 1, 2 of version 2.');
    const replayed = await replay(path, { reports, trials: [2, 4] });
    expect(replayed.map(({ trial, differences }) => [trial, differences])).toEqual([
      [2, []],
      [4, []],
    ]);
  });

  test.each([
    ['model', { layers: [{ dense: 4 }] }],
    ['train', { epochs: 1 }],
    ['metric', { name: 'valAccuracy', goal: 'minimize' }],
  ])('so is another "%s": its trials would not compare', async (section, changed) => {
    const fixed = { ...moons, name: 'fixed', model: { layers: [] }, train: { epochs: 2 }, space: {} };
    await observed(fixed, { reports, trials: 1 });
    await expect(observed({ ...fixed, [section]: changed }, { reports, trials: 1 })).rejects.toMatchObject({
      code: 'STUDY_CHANGED',
      message: `"${section}" changed`,
    });
  });

  test('fresh starts over and sets the earlier journal aside', async () => {
    const before = read(journal);
    const { trained, trials, files } = await observed(moons, { reports, trials: 2, fresh: true });
    expect(trained).toEqual([0, 1]);
    expect(trials).toHaveLength(2);
    expect(files.journal).toBe(journal);
    const asides = readdirSync(join(reports, 'moons')).filter(name => /^journal\..+\.log$/.test(name));
    expect(asides.map(name => read(join(reports, 'moons', name)))).toEqual([before]);
  });
});

test('weights of the best trial that are gone are trained again, bit by bit', async () => {
  const twin = await observed(moons, { trials: 2, reports: join(folder, 'kept') });
  const reports = join(folder, 'lost');
  const lose = (): void => rmSync(join(reports, 'moons', 'checkpoints'), { recursive: true });
  const lost = await observed(moons, { trials: 2, reports, observe: afterTrials(2, lose) });
  const weights = ({ files }: TuneResult): Buffer => readFileSync(join(files.model!, 'weights.bin'));
  expect(weights(lost)).toEqual(weights(twin));
  expect(lost.report.model!.test).toEqual(twin.report.model!.test);
});

test('a model that cannot be saved leaves the report, and the same call saves it once it can', async () => {
  const reports = join(folder, 'unsaved');
  const study = { ...moons, name: 'unsaved' };
  const models = (): string[] => readdirSync(join(reports, 'unsaved')).filter(name => /^\d{4}-/.test(name));
  const block = (event: TuneEvent): void => {
    // A file where the model's folder would be.
    if (event.type === 'phase' && event.text.startsWith('saving'))
      for (const date of models()) writeFileSync(join(reports, 'unsaved', date, 'model'), '');
  };
  await expect(observed(study, { trials: 1, reports, observe: block })).rejects.toThrow(/EEXIST/);
  expect(readdirSync(join(reports, 'unsaved', models()[0]!))).toContain('report.md');
  expect(existsSync(join(reports, 'unsaved', models()[0]!, 'model'))).toBe(false);
  const { trained, files } = await observed(study, { trials: 1, reports });
  expect(trained).toEqual([]);
  expect(readdirSync(files.model!)).toContain('model.json');
});

test('a program killed in the middle loses no finished trial and runs the others again', async () => {
  const study = { ...moons, name: 'killed', data: { twoMoons: { examples: 60_000 } }, budget: { trials: 6 } };
  writeFileSync(join(folder, 'killed.json'), JSON.stringify(study));
  const journal = join(folder, 'reports', 'killed', 'journal.log');
  const command = ['killed.json', '--slots', '2'];

  const first = startTune(command, { cwd: folder });
  await first.says(/^2\/6 /m);
  // By then the next trials train.
  await setTimeout(200);
  first.child.kill('SIGKILL');
  const { err } = await first.ended;
  const linesBefore = read(journal).split('\n').slice(0, -1);
  const before = fold(await readJournal(journal)).trials;

  const { code, out } = await runTune(command, { cwd: folder });
  expect(code).toBe(0);
  expect(out).toMatch(/^6 complete, 0 pruned, 0 failed/m);
  expect(read(journal).split('\n').slice(0, linesBefore.length)).toEqual(linesBefore);

  const after = fold(await readJournal(journal)).trials;
  const finished = before.filter(({ state }) => state === 'complete');
  expect(finished.map(({ id }) => id)).toEqual(expect.arrayContaining(announced(err)));
  expect(after.filter(({ id }) => finished.some(trial => trial.id === id))).toEqual(finished);
  const running = before.filter(({ state }) => state === 'running');
  expect(running.length).toBeGreaterThan(0);
  for (const { id, config } of running) expect(after[id]).toMatchObject({ state: 'complete', attempt: 2, config });
  expect(after).toHaveLength(6);
});

/** Trials that the program called complete. */
function announced(err: string): number[] {
  return [...err.matchAll(/trial (\d+) complete/g)].map(([, trial]) => Number(trial));
}
