/** `tune resume` and `tune verify --retrain`: a study by its name alone, which knows its space file. */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readJournal } from '../../src/storage/journal.ts';
import { fold } from '../../src/study/fold.ts';
import { moons } from '../tune/studies.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runTune, startTune } from './program.ts';

const folder = testFolder();
const run = (...args: string[]) => runTune(args, { cwd: folder });
const placeOf = (study: string): string => join(folder, 'reports', study);
const journalOf = (study: string): string => join(placeOf(study), 'journal.log');
const read = async (study: string) => fold(await readJournal(journalOf(study)));

/** As if the run had been killed before it wrote one. */
function withoutReports(study: string): void {
  for (const name of readdirSync(placeOf(study)))
    if (/^\d{4}-/.test(name)) rmSync(join(placeOf(study), name), { recursive: true });
}

const trainer = (last: string): string => `
  import { setTimeout as sleep } from 'node:timers/promises';
  export default async ({ config, report }) => {
    for (let step = 1; step <= 3; step++) {
      await report((config.x - step) ** 2);
      await sleep(20);
    }
    return ${last};
  };`;

function writeSpace(name: string, contents: object = {}): void {
  const space = { x: { type: 'float', low: 0, high: 1 } };
  const file = { trainer: './trainer.js', space, search: { pruner: 'none' }, budget: { trials: 2 }, ...contents };
  writeFileSync(join(folder, 'spaces', `${name}.json`), JSON.stringify(file));
}

beforeEach(() => {
  rmSync(join(folder, 'reports'), { recursive: true, force: true });
  mkdirSync(join(folder, 'spaces'), { recursive: true });
  writeFileSync(join(folder, 'spaces', 'trainer.js'), trainer('config.x'));
  writeSpace('line');
});

test('goes on with the only study that was killed, whatever folder it is called in, with its own seed', async () => {
  await run('spaces/line.json', '--seed', '5', '--slots', '1');
  expect(await run('resume')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no study in reports is unfinished'),
  });
  withoutReports('line');
  const elsewhere = { cwd: join(folder, 'spaces') };
  const args = ['resume', '--reports', '../reports', '--trials', '3', '--slots', '1', '--json'];
  const { code, out } = await runTune(args, elsewhere);
  expect(JSON.parse(out)).toMatchObject({ study: 'line', stopped: 'trials', report: { study: { seed: 5 } } });
  expect(code).toBe(0);
  const { study, trials } = await read('line');
  expect(study).toMatchObject({ seed: 5, file: '../../spaces/line.json' });
  expect(trials.map(({ state, attempt }) => [state, attempt])).toEqual(Array(3).fill(['complete', 1]));
});

test('a run that was interrupted goes on to where it was going', async () => {
  const program = startTune(['spaces/line.json', '--trials', '8', '--slots', '1'], { cwd: folder });
  await program.says(/2\/8 {2}trial 1 complete/);
  program.child.kill('SIGINT');
  expect((await program.ended).code).toBe(130);
  expect((await read('line')).trials.length).toBeLessThan(8);
  expect((await run('resume')).code).toBe(0);
  const { trials } = await read('line');
  expect(trials.filter(({ state }) => state === 'complete').length).toBeGreaterThanOrEqual(7);
  expect(trials).toHaveLength(8);
});

test('a deterministic study stays one, of as many trials at once', async () => {
  await run('spaces/line.json', '--deterministic', '--slots', '2');
  expect((await run('resume', 'line', '--trials', '4')).code).toBe(0);
  const { study, trials } = await read('line');
  expect([study?.deterministic, trials.length]).toEqual([4, 4]);
});

describe('refused, with what to do', () => {
  test('several unfinished studies are named', async () => {
    writeSpace('other');
    for (const name of ['line', 'other']) {
      await run(`spaces/${name}.json`, '--trials', '1');
      withoutReports(name);
    }
    const { code, err } = await run('resume');
    expect(err).toContain('several studies are unfinished: line, other\n    name one of them: tune resume <study>');
    expect(code).toBe(2);
  });

  test('a space file that has moved; the study may move with it', async () => {
    await run('spaces/line.json', '--trials', '1');
    withoutReports('line');
    renameSync(join(folder, 'spaces', 'line.json'), join(folder, 'moved.json'));
    const { code, err } = await run('resume', 'line');
    expect(err).toContain(
      'the space file of "line" is not there any more: spaces/line.json\n    give it: tune <space.json>',
    );
    expect(code).toBe(2);
    renameSync(join(folder, 'moved.json'), join(folder, 'spaces', 'line.json'));
    const copy = join(folder, 'copy');
    for (const part of ['spaces', 'reports']) cpSync(join(folder, part), join(copy, part), { recursive: true });
    expect((await runTune(['resume', 'line'], { cwd: copy })).code).toBe(0);
    expect((await read('line')).trials).toHaveLength(1);
  });

  test('a study that began without one, and one that is not there', async () => {
    // Its trials are not ours to run, and nothing of it is unfinished.
    writeSpace('asked', { trainer: undefined, budget: undefined });
    expect((await run('ask', 'spaces/asked.json')).code).toBe(0);
    expect((await run('resume')).err).toContain('no study in reports is unfinished');
    const { code, err } = await run('resume', 'asked', '--json');
    expect([code, err]).toEqual([2, '']);
    expect((await run('resume', 'asked')).err).toContain('"asked" does not know its space file');
    expect((await run('resume', 'aksed')).err).toContain('did you mean "asked"?');
  });
});

test('a journal that was damaged ends a run with exit code 4, once', async () => {
  await run('spaces/line.json', '--slots', '1');
  const lines = readFileSync(journalOf('line'), 'utf8').split('\n');
  lines[4] = lines[4]!.replace('"step"', '"spet"');
  writeFileSync(journalOf('line'), lines.join('\n'));
  const repaired = await run('resume', 'line', '--trials', '3', '--json');
  expect(JSON.parse(repaired.out)).toMatchObject({
    stopped: 'trials',
    repaired: [expect.stringMatching(/journal\.log: damaged and left out: line 5; kept in .*journal\.log\.damaged$/)],
  });
  expect(repaired.err).toContain('damaged and left out: line 5');
  expect(repaired.code).toBe(4);
  const sound = await run('resume', 'line', '--trials', '4', '--json');
  expect(JSON.parse(sound.out)).not.toHaveProperty('repaired');
  expect(sound.code).toBe(0);
});

describe('verify --retrain', () => {
  test('trains trials again, and finds one that cannot be repeated', async () => {
    await run('spaces/line.json', '--trials', '4');
    const again = await run('verify', 'line', '--retrain', '2', '--quiet');
    expect(again).toMatchObject({ code: 0, err: '' });
    const [sound, ...trials] = again.out.trimEnd().split('\n');
    expect(sound).toMatch(/^reports\/line\/journal\.log is sound: \d+ lines, 4 trials$/);
    expect(trials).toHaveLength(2);
    for (const trial of trials) expect(trial).toMatch(/^trial \d: the same, to the bit \(3 steps and the weights\)$/);
    writeFileSync(join(folder, 'spaces', 'trainer.js'), trainer('config.x + 1e-15'));
    const other = await run('verify', 'line', '--retrain', '9', '--json');
    expect(other.code).toBe(1);
    const { sound: isSound, retrained } = JSON.parse(other.out);
    expect([isSound, retrained.same, retrained.trials.length]).toEqual([true, false, 4]);
    expect(retrained.trials[0].differences).toMatchObject([{ what: 'the value' }]);
  });

  test('needs the space file', async () => {
    await run('spaces/line.json', '--trials', '1');
    withoutReports('line');
    rmSync(join(folder, 'spaces', 'line.json'));
    const { code, out, err } = await run('verify', 'line', '--retrain', '1');
    expect(out).toContain('is sound');
    expect([code, err]).toEqual([2, expect.stringContaining('give it: tune <space.json>')]);
  });
});

describe('real training', () => {
  beforeAll(() => writeFileSync(join(folder, 'moons.json'), JSON.stringify(moons)));

  test('goes on, and repeats', async () => {
    await run('moons.json', '--trials', '2');
    withoutReports('moons');
    expect((await run('resume', '--trials', '3')).out).toMatch(/^moons: valLoss 0\.\d+/);
    const { code, out } = await run('verify', 'moons', '--retrain', '2');
    expect(out.match(/the same, to the bit \(3 steps and the weights\)/g)).toHaveLength(2);
    expect(code).toBe(0);
  });
});
