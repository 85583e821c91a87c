/** `tune verify`: sound journals are called sound, and whatever is changed in one is found. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkJournal } from '../../src/cli/journal-flaws.ts';
import { random } from '../../src/samplers/random.ts';
import { formatLine, type JournalLine } from '../../src/storage/journal-line.ts';
import { openJournal } from '../../src/storage/journal.ts';
import { at, makeStudy } from '../study/make-study.ts';
import { mixed } from '../study/spaces.ts';
import { testFolder } from '../tune/test-folder.ts';
import { runLight } from './stored-study.ts';

const cwd = testFolder();
const path = join(cwd, 'reports', 'busy', 'journal.log');
const run = (...args: string[]) => runLight(['verify', ...args], cwd);
let sound: string;

/** A study in which everything happens that may happen. */
beforeAll(async () => {
  mkdirSync(join(cwd, 'reports', 'busy'), { recursive: true });
  const open = async () =>
    makeStudy({ name: 'busy', space: mixed, sampler: random.create({}), storage: await openJournal(path) });
  const first = await open();
  for (const id of [0, 1, 2, 3, 4]) {
    await first.ask();
    await first.report(id, { step: 1, value: id === 2 ? NaN : 1, metrics: { seconds: 1 } });
  }
  await first.retry(0);
  await first.report(0, { step: 1, value: 2 });
  await first.report(0, { step: 5, value: 1 });
  await first.enqueue({ units: 100 });
  await first.tell(0, { state: 'complete', value: 1, attributes: { note: 'é "x"' } });
  await first.tell(1, { state: 'pruned', value: 2 });
  await first.tell(2, NaN);
  await first.close();
  const second = await open();
  for (const id of [3, 4, 5]) {
    await second.ask();
    await second.tell(id, id);
  }
  await second.enqueue({ units: 17 });
  await second.close();
  sound = readFileSync(path, 'utf8');
});

test('a sound journal, without TensorFlow', async () => {
  const lines = sound.split('\n').length - 1;
  const { code, out, err, native } = await run('busy');
  expect({ code, out, err, native }).toEqual({
    code: 0,
    out: `reports/busy/journal.log is sound: ${lines} lines, 7 trials\n`,
    err: '',
    native: false,
  });
  expect(JSON.parse((await run('busy', '--json')).out)).toEqual({
    study: 'busy',
    sound: true,
    journal: path,
    lines,
    trials: 7,
    flaws: [],
  });
});

test('a journal of Optuna, with lines that were in vain', () => {
  const optuna = fileURLToPath(new URL('../golden/optuna-journal.log', import.meta.url));
  expect(checkJournal(readFileSync(optuna, 'utf8'))).toMatchObject({ flaws: [] });
});

test('a damaged one is named with its lines, and the exit code is 1', async () => {
  mkdirSync(join(cwd, 'reports', 'damaged'));
  const lines = sound.split('\n');
  lines[3] = lines[3]!.replace('"step":1', '"step":7');
  writeFileSync(join(cwd, 'reports', 'damaged', 'journal.log'), `${lines.join('\n')}{"op_code":6,"tri`);
  const { code, out, err } = await run('damaged');
  const file = 'reports/damaged/journal.log';
  expect(out.split('\n')).toEqual([
    `${file}:4: the line is not what was written: its checksum differs`,
    `${file}:${lines.length}: the last line was cut short`,
    `${file} is damaged: ${lines.length - 1} lines, 7 trials`,
    '',
  ]);
  expect({ code, err }).toEqual({ code: 1, err: '' });
  const { code: same, out: json } = await run('damaged', '--json');
  expect(same).toBe(1);
  expect(JSON.parse(json)).toMatchObject({ sound: false, flaws: [{ line: 4 }, { line: lines.length }] });
});

test('an unknown study', async () => {
  const { code, err } = await run('bsuy');
  expect(err).toContain('did you mean "busy"?');
  expect(code).toBe(2);
});

describe('whatever happens to a sound journal is found', () => {
  test('any byte that changes, in its line', () => {
    const bytes = Buffer.from(sound);
    for (let place = 0; place < bytes.length; place += 3) {
      const changed = Buffer.from(bytes);
      // The lowest bit turns no byte into a line break but one, and that one is damage too.
      changed[place]! ^= 1;
      const line = bytes.subarray(0, place).filter(byte => byte === 10).length + 1;
      const { flaws } = checkJournal(changed.toString('utf8'));
      expect(flaws.length, `byte ${place}`).toBeGreaterThan(0);
      expect(flaws[0]!.line, `byte ${place}`).toBe(line);
    }
  });

  test('any end that is lost within a line', () => {
    const bytes = Buffer.from(sound);
    for (let end = 1; end < bytes.length; end += 5) {
      if (bytes[end - 1] === 10) continue;
      const { flaws } = checkJournal(bytes.toString('utf8', 0, end));
      expect(flaws.map(({ message }) => message)).toContain('the last line was cut short');
    }
  });

  test('any line that is lost, repeated or moved', () => {
    const lines = sound.split('\n').slice(0, -1);
    const messagesOf = (changed: readonly string[]): string[] =>
      checkJournal(`${changed.join('\n')}\n`).flaws.map(({ line, message }) => `${line}: ${message}`);
    for (const [index, line] of lines.entries()) {
      const twice = messagesOf(lines.toSpliced(index, 0, line));
      expect(twice).toContain(`${index + 2}: the line is repeated, or not in its place`);
    }
    for (const [index, line] of lines.slice(0, -1).entries()) {
      const missing = `${index + 1}: a line is missing before this one`;
      expect(messagesOf(lines.toSpliced(index, 1))).toContain(missing);
      expect(messagesOf(lines.with(index, lines[index + 1]!).with(index + 1, line))).toContain(missing);
    }
  });
});

test('a journal that was mended says where lines were lost, and is sound', async () => {
  mkdirSync(join(cwd, 'reports', 'mended'));
  const mended = join(cwd, 'reports', 'mended', 'journal.log');
  const lines = sound.split('\n');
  writeFileSync(mended, lines.toSpliced(7, 1).join('\n'));
  await (await openJournal(mended, () => undefined)).close();
  expect(checkJournal(readFileSync(mended, 'utf8')).flaws).toEqual([
    { line: 8, message: 'lines were lost here', isMended: true },
  ]);
  const { code, out } = await run('mended');
  expect(code).toBe(0);
  expect(out).toMatch(/^reports\/mended\/journal.log:8: lines were lost here\n.* is mended, and sound: /s);
});

describe('lines of ours, with checksum and number, that make no sense', () => {
  const study = { op_code: 0, study_name: 'x', directions: [1] };
  const running = { op_code: 4, study_id: 0, datetime_start: at, state: 0 };
  const waiting = { ...running, state: 4, datetime_start: null };
  const begin = { op_code: 6, trial_id: 0, state: 0, datetime_start: at };
  const end = { op_code: 6, trial_id: 0, state: 1, values: [1], datetime_complete: at };
  const measured = (step: number) => ({ op_code: 7, trial_id: 0, step, intermediate_value: 1 });
  const attempt = (number: number) => ({ op_code: 8, trial_id: 0, user_attr: { 'tune:attempt': number }, at });

  test.each<[readonly JournalLine[], string | undefined]>([
    [[study, running, measured(1), measured(2), end], undefined],
    [[study, waiting, begin, measured(1), attempt(2), measured(1), end], undefined],
    [[running], 'the trial belongs to no study'],
    [[study, measured(1)], 'trial 0 does not exist'],
    [[study, waiting, measured(1)], 'trial 0 has not begun'],
    [[study, waiting, end], 'trial 0 ends before it has begun'],
    [[study, running, begin], 'trial 0 begins twice'],
    [[study, running, end, measured(1)], 'trial 0 has ended before'],
    [[study, running, end, end], 'trial 0 has ended before'],
    [[study, running, { ...end, values: null }], 'trial 0 is complete without a value'],
    [[study, running, measured(2), measured(2)], 'trial 0 has step 2 after step 2'],
    [[study, running, attempt(3)], 'trial 0 has attempt 3 after attempt 1'],
    [[study, { op_code: 2, study_id: 0, user_attr: { tune: { format: 999 } } }], 'a newer version of tfjs-tune wrote'],
  ])('%#: %j', (lines, message) => {
    const text = lines.map((line, seq) => `${formatLine(line, seq)}\n`).join('');
    const found = checkJournal(text).flaws.slice(0, 1);
    const wanted = { line: lines.length, message: expect.stringContaining(message ?? '') };
    expect(found).toEqual(message === undefined ? [] : [wanted]);
  });

  test('a line without its checksum, and one without its number', () => {
    const [first, second] = [study, running].map((line, seq) => formatLine(line, seq));
    const bare = second!.replace(/,"crc":"[^"]*"/, '');
    expect(checkJournal(`${first}\n${bare}\n`).flaws).toEqual([{ line: 2, message: 'the line has no checksum' }]);
    const numberless = bare.replace(/,"seq":\d+/, '');
    expect(checkJournal(`${first}\n${numberless}\n`).flaws.map(({ message }) => message)).toEqual([
      'the line has no checksum',
      'the line has no number',
    ]);
  });

  test('a file that is no journal', () => {
    expect(checkJournal('hello\n').flaws).toEqual([
      { line: 1, message: 'the line is no JSON object' },
      { line: 1, message: 'no line begins a study' },
    ]);
    expect(checkJournal('').flaws).toEqual([{ line: 1, message: 'no line begins a study' }]);
  });
});
