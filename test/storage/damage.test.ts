/** Damaged journals: they open, what is damaged is left out, and nothing that was said before changes its meaning. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import { random } from '../../src/samplers/random.ts';
import { bestTrial } from '../../src/study/best-trial.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { fold } from '../../src/study/fold.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';
import { makeStudy, refusal } from '../study/make-study.ts';
import { busyStudy } from './busy-study.ts';
import { folder, path } from './journal-place.ts';

const events = busyStudy(24);
const trials = fold(events).trials;

/** The lines of the journal, each with its line break. */
async function written(): Promise<readonly string[]> {
  const journal = await openJournal(path);
  for (const event of events) await journal.append(event);
  await journal.close();
  return readFileSync(path, 'utf8').split(/(?<=\n)/);
}

/** Opens the journal; what it holds then, and what the user was told. */
async function opened(): Promise<{ events: readonly StudyEvent[]; trials: readonly Trial[]; told: readonly string[] }> {
  const told: string[] = [];
  const journal = await openJournal(path, text => told.push(text));
  const found = await journal.read();
  await journal.close();
  return { events: found, trials: fold(found).trials, told };
}

const damaged = (line: number): string =>
  `${path}: damaged and left out: line ${line}; kept in ${join(folder, 'journal.log.damaged')}`;

function spoiled(line: string): string {
  return line.replace('"worker_id"', '"worker-id"');
}

test('any single wrong byte costs one line, which is named, and never gives a wrong best', async () => {
  const seed = Number(process.env['PROPERTY_SEED'] ?? 1);
  console.log(`500 wrong bytes of seed ${seed}`);
  const lines = await written();
  const bytes = readFileSync(path);
  const begin = lines.slice(0, 2).join('').length;
  const { int } = createRng(seed, 'damage');
  const best = bestTrial(trials, 'minimize')!;
  /** What is wrong with what becomes of the journal. */
  const flip = async (offset: number): Promise<readonly string[]> => {
    const wrong = Buffer.from(bytes);
    wrong[offset]! ^= 1 + int(255);
    writeFileSync(path, wrong);
    rmSync(`${path}.damaged`, { force: true });
    const line = bytes.subarray(0, offset).toString('latin1').split('\n').length;
    const isLineBreak = bytes[offset] === 10;
    const read = await readJournal(path);
    const found = await opened();
    const again = await opened();
    const start = lines.slice(0, line - 1).join('').length;
    const end = lines.slice(0, isLineBreak ? line + 1 : line).join('').length;
    const kept = `line ${line}:\n${wrong.toString('latin1', start, end)}\n`;
    const lost = found.trials.filter(trial => trial.state !== trials[trial.id]!.state);
    const results = found.trials.filter(({ state }) => state === 'complete');
    const isTrue = ({ id, config, value }: Trial): boolean =>
      trials[id]!.state === 'complete' && isDeepStrictEqual([config, value], [trials[id]!.config, trials[id]!.value]);
    const claims = {
      'is read as it is opened': isDeepStrictEqual(read, found.events),
      // A wrong byte in the checksum's key leaves a line as Optuna would write it.
      'names the line': isDeepStrictEqual(found.told, [damaged(line)]) || isDeepStrictEqual(found.events, events),
      'keeps the bytes': found.told.length === 0 || readFileSync(`${path}.damaged`, 'latin1') === kept,
      'costs one trial': lost.length <= (isLineBreak ? 2 : 1),
      'has true results': results.every(isTrue),
      'has curves of one attempt': found.trials.every(({ curve }) =>
        curve.every(({ step }, at) => at === 0 || step > curve[at - 1]!.step),
      ),
      'has begun what has ended': results.every(({ attempt }) => attempt > 0),
      'has the best': bestTrial(found.trials, 'minimize')?.id === best.id || lost.some(({ id }) => id === best.id),
      'is whole again': again.told.length === 0 && isDeepStrictEqual(again.events, found.events),
    };
    const broken = Object.entries(claims).filter(([, holds]) => !holds);
    return broken.map(([claim]) => `${claim}: byte ${wrong[offset]} at ${offset} in line ${line}`);
  };
  const broken: string[] = [];
  for (let count = 0; count < 500; count++) broken.push(...(await flip(begin + int(bytes.length - begin))));
  expect(broken).toEqual([]);
});

describe('a damaged line', () => {
  /** Damages the lines that match; the number of the first. */
  async function damage(pattern: RegExp): Promise<number> {
    const lines = await written();
    writeFileSync(path, lines.map(line => (pattern.test(line) ? spoiled(line) : line)).join(''));
    return lines.findIndex(line => pattern.test(line)) + 1;
  }
  const beginning = (trial: number): RegExp => new RegExp(`"op_code":4,"study_id":0,"trial_id":${trial},`);

  test('that begins a trial leaves a failed trial in its place, whatever is said of it later', async () => {
    const line = await damage(beginning(7));
    const found = await opened();
    expect(found.told).toEqual([damaged(line)]);
    expect(found.trials.with(7, trials[7]!)).toEqual(trials);
    expect(found.trials[7]).toMatchObject({
      id: 7,
      state: 'failed',
      failure: { cause: 'error', message: 'its line in the journal was damaged' },
      config: {},
      curve: [],
    });
  });

  test('that ends a trial leaves it interrupted', async () => {
    await damage(/"op_code":6,"trial_id":8,"state":1/);
    const found = await opened();
    expect(found.trials.with(8, trials[8]!)).toEqual(trials);
    expect(found.trials[8]).toMatchObject({ state: 'running', attempt: 1, config: trials[8]!.config });
  });

  test.each([1, 2])('that says what was tuned, line %d, is the end of it: the file stays as it is', async line => {
    const lines = await written();
    writeFileSync(path, lines.with(line - 1, spoiled(lines[line - 1]!)).join(''));
    const before = readFileSync(path);
    for (const open of [openJournal, readJournal]) {
      const error = await refusal(open(path), 'STORAGE_FAILED');
      expect(error.message).toContain(`${path}:${line}: the line is damaged, and no other says what was tuned`);
    }
    expect(readFileSync(path)).toEqual(before);
    expect(existsSync(`${path}.damaged`)).toBe(false);
    writeFileSync(path, lines.join(''));
    expect((await opened()).trials).toEqual(trials);
  });

  test('leaves a study that goes on: what was interrupted first, then new trials', async () => {
    await damage(/"op_code":6,"trial_id":8,"state":1|"op_code":4,"study_id":0,"trial_id":7,/);
    const { space } = events[0] as Extract<StudyEvent, { type: 'study-created' }>;
    const study = await makeStudy({
      name: 'busy',
      space,
      seed: 3,
      sampler: random.create({}),
      storage: await openJournal(path, () => undefined),
    });
    const again = await study.ask();
    expect(again).toMatchObject({ id: 8, attempt: 2 });
    await study.tell(8, 0.001);
    expect(await study.ask()).toMatchObject({ id: 24, attempt: 1 });
    await study.close();
    const found = await opened();
    expect(found.told).toEqual([]);
    expect(bestTrial(found.trials, 'minimize')).toMatchObject({ id: 8, value: 0.001 });
  });
});

describe('lines that are gone', () => {
  test.each([
    ['zeros', (text: string) => text.replaceAll(/[^\n]/g, '\0')],
    ['zeros without line breaks', (text: string) => '\0'.repeat(text.length)],
    ['nothing', () => ''],
  ])('with %s in their place are noticed, and shift no trial', async (_, become) => {
    const lines = await written();
    const [from, to] = [40, 60];
    writeFileSync(path, [...lines.slice(0, from), become(lines.slice(from, to).join('')), ...lines.slice(to)].join(''));
    const found = await opened();
    const isGone = become('x') === '';
    expect(found.told).toEqual([isGone ? `${path}: lines are missing before line ${from + 1}` : damaged(from + 1)]);
    expect(found.trials).toHaveLength(trials.length);
    const complete = found.trials.filter(({ state }) => state === 'complete');
    expect(complete.length).toBeGreaterThan(8);
    for (const { id, config, value } of complete)
      expect({ config, value }).toEqual({ config: trials[id]!.config, value: trials[id]!.value });
    expect(await opened()).toEqual({ ...found, told: [] });
  });
});

describe("a line of Optuna's that is no JSON any more", () => {
  const file = fileURLToPath(new URL('../golden/optuna-journal.log', import.meta.url));
  const lines = readFileSync(file, 'utf8').split(/(?<=\n)/);
  const numbers = lines.map((_, index) => index + 1);
  const ofStudies = numbers.filter(number => /"op_code":[01],/.test(lines[number - 1]!));
  const spoil = (number: number): void =>
    writeFileSync(path, lines.with(number - 1, lines[number - 1]!.replace('"worker_id":', '"worker_id" ')).join(''));

  test.each(numbers.slice(0, -1).filter(number => !ofStudies.includes(number)))(
    'shifts no trial: line %d',
    async number => {
      const whole = fold(await readJournal(file)).trials;
      spoil(number);
      const found = await opened();
      expect(found.told).toEqual([damaged(number)]);
      expect(found.trials).toHaveLength(whole.length);
      expect(found.trials.filter((trial, id) => !isDeepStrictEqual(trial, whole[id])).length).toBeLessThanOrEqual(1);
    },
  );

  test.each(ofStudies)('is the end of it where it says which studies there are: line %d', async number => {
    spoil(number);
    const { message } = await refusal(readJournal(path), 'STORAGE_FAILED');
    expect(message).toContain(`${path}:${number}: the line is damaged`);
  });
});
