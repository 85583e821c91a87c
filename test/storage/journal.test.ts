import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import type { Space } from '../../src/space/space.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import { createRng } from '../../src/study/rng.ts';
import { mixed } from '../study/spaces.ts';
import { folder, path } from './journal-place.ts';

afterEach(() => vi.restoreAllMocks());

const at = '2026-03-04T05:06:07.000Z';
const config = {
  lr: 0.01,
  dropout: 0.1,
  units: 17,
  width: 4,
  filters: 8,
  optimizer: null,
  nesterov: true,
  layers: [64, 32],
};

/** A study with everything; as many trials as wanted, the last one complete. */
function history(trials: number): readonly StudyEvent[] {
  const created: StudyEvent = { type: 'study-created', study: 'é', direction: 'maximize', seed: 3, space: mixed, at };
  const attributes = { seconds: 1.5, text: 'größer\n"quoted"', nested: { list: [1, null] } };
  const ofTrial = (trial: number): StudyEvent[] => [
    { type: 'trial-started', trial, attempt: 1, config, at },
    { type: 'trial-measured', trial, measurement: { step: 1, value: NaN, metrics: { trainLoss: -Infinity } } },
    { type: 'trial-measured', trial, measurement: { step: 2, value: 0.5 } },
    { type: 'trial-started', trial, attempt: 2, config: { ...config, layers: { dense: 16 } }, at },
    { type: 'trial-measured', trial, measurement: { step: 1, value: trial } },
    { type: 'trial-finished', trial, result: { state: 'complete', value: trial, attributes }, at },
  ];
  return [created, ...Array.from({ length: trials }, (_, trial) => ofTrial(trial)).flat()];
}

/** Writes a journal; the result is its length after each event. */
async function write(events: readonly StudyEvent[]): Promise<readonly number[]> {
  const journal = await openJournal(path);
  const lengths: number[] = [];
  for (const event of events) {
    await journal.append(event);
    lengths.push(statSync(path).size);
  }
  await journal.close();
  return lengths;
}

async function failure(promise: Promise<unknown>): Promise<TuneError> {
  const error: unknown = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TuneError);
  return error as TuneError;
}

describe('the file', () => {
  test("has a line for each step in Optuna's format, counted and with a checksum", async () => {
    await write(history(1));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^\{"op_code":0,"study_name":"é","directions":\[2\],"worker_id":"tfjs-tune","seq":0,"crc":"[0-9a-f]{8}"\}$/,
    );
    expect(lines.map(line => Number(/"seq":(\d+)/.exec(line)?.[1]))).toEqual(lines.map((_, index) => index));
    expect(lines.every(line => line.includes('"worker_id"'))).toBe(true);
  });

  test('has NaN and infinities as Python writes them', async () => {
    await write(history(1));
    expect(readFileSync(path, 'utf8')).toContain(
      '"step":1,"intermediate_value":NaN,"metrics":{"trainLoss":"-Infinity"}',
    );
  });

  test('has attributes of any name and content without touching them', async () => {
    const attributes = { intermediate_value: 'NaN', NaN: 'Infinity', '"crc":"00000000"}': '\\"NaN' };
    const events = [...history(0), history(1)[1]!];
    await write([
      ...events,
      { type: 'trial-finished', trial: 0, result: { state: 'complete', value: 1, attributes }, at },
    ]);
    expect(readFileSync(path, 'utf8')).toContain('{"intermediate_value":"NaN"}');
    expect((await readJournal(path)).at(-1)).toMatchObject({ result: { attributes } });
  });

  test("takes no attributes that Optuna would refuse, or that are the journal's own", async () => {
    const attributes = { kept: 1, nothing: undefined, 'tune:attempt': 9 };
    await write([
      ...history(0),
      history(1)[1]!,
      { type: 'trial-finished', trial: 0, result: { state: 'failed', attributes }, at },
    ]);
    expect(readFileSync(path, 'utf8')).not.toContain('"user_attr":{}');
    const events = await readJournal(path);
    expect(events).toHaveLength(3);
    expect(events[2]).toMatchObject({ type: 'trial-finished', result: { attributes: { kept: 1 } } });
  });

  test('tells a list from the text that Optuna has for it', async () => {
    const choices = ['[1,2]', [1, 2], '{"a":1}', { a: 1 }, null, 'null'];
    const space: Space = { params: [{ name: 'c', type: 'categorical', choices, default: null }], constraints: [] };
    const events: StudyEvent[] = [
      { type: 'study-created', study: 's', direction: 'minimize', seed: 1, space, at },
      ...choices.map((c, trial) => ({ type: 'trial-started', trial, attempt: 1, config: { c }, at }) as const),
    ];
    await write(events);
    expect(await readJournal(path)).toEqual(events);
  });

  test('of another study is refused, and stays as it is', async () => {
    await write(history(1));
    const before = readFileSync(path);
    const journal = await openJournal(path);
    const other: StudyEvent = {
      type: 'study-created',
      study: 'other',
      direction: 'minimize',
      seed: 1,
      space: mixed,
      at,
    };
    const error = await failure(journal.append(other));
    await journal.close();
    expect(error.code).toBe('STUDY_CHANGED');
    expect(error.message).toContain('the journal holds the study "é", to maximize');
    expect(readFileSync(path)).toEqual(before);
  });

  test('of a newer version is refused, and stays as it is', async () => {
    const details = { format: 2, seed: 1, space: mixed, at };
    const newer = [
      { op_code: 0, worker_id: '', study_name: 's', directions: [1] },
      { op_code: 2, worker_id: '', study_id: 0, user_attr: { tune: details } },
    ];
    writeFileSync(
      path,
      newer
        .map(line => `${JSON.stringify(line)}\n{"op_code":`)
        .join('')
        .replace('{"op_code":{', '{'),
    );
    const before = readFileSync(path);
    const error = await failure(openJournal(path));
    expect(error.message).toBe(`${path}:2: a newer version of tfjs-tune wrote this journal`);
    expect(readFileSync(path)).toEqual(before);
  });

  test('that Optuna deleted the study from says so', async () => {
    await write(history(1));
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"op_code":1,"worker_id":"","study_id":0}\n`);
    expect((await failure(readJournal(path))).message).toContain('the study was deleted with Optuna');
  });

  test.each(['{"lr":{"type":"float"}}', 'garbage\n', 'x,y\n1,2\n'])(
    'that is no journal (%j) is left alone',
    async text => {
      writeFileSync(path, text);
      expect((await failure(openJournal(path))).code).toBe('STORAGE_FAILED');
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  test('that is missing cannot be read, and its folder is not made', async () => {
    expect((await failure(readJournal(path))).code).toBe('FILE_UNREADABLE');
    expect((await failure(openJournal(join(folder, 'none', 'journal.log')))).code).toBe('STORAGE_FAILED');
  });

  test('can be read while it is being written', async () => {
    const events = history(1);
    const journal = await openJournal(path);
    for (const [index, event] of events.entries()) {
      await journal.append(event);
      expect(await readJournal(path)).toEqual(events.slice(0, index + 1));
    }
    await journal.close();
  });
});

describe('a torn end', () => {
  test('at any byte of the last events costs no other event, and the study goes on', async () => {
    const events = history(1);
    const lengths = await write(events);
    const bytes = readFileSync(path);
    const finish = lengths.at(-2)!;
    for (let cut = lengths[3]!; cut < bytes.length; cut += cut < finish ? 11 : 1) {
      writeFileSync(path, bytes.subarray(0, cut));
      const whole = lengths.filter(length => length <= cut).length;
      const found = await readJournal(path);
      expect(found, `cut at ${cut}`).toEqual(events.slice(0, found.length));
      // The first line of the torn event may say it all.
      expect(found.length - whole).toBeOneOf([0, 1]);
      const journal = await openJournal(path);
      expect(await journal.read()).toEqual(found);
      for (const event of events.slice(found.length)) await journal.append(event);
      await journal.close();
      expect(await readJournal(path), `after a cut at ${cut}`).toEqual(events);
    }
  });

  test('at any byte of the beginning leaves a journal that can begin anew', async () => {
    const events = history(1);
    const lengths = await write(events);
    const bytes = readFileSync(path);
    for (let cut = 0; cut < lengths[0]!; cut += 31) {
      writeFileSync(path, bytes.subarray(0, cut));
      expect(await readJournal(path)).toEqual([]);
      const journal = await openJournal(path);
      for (const event of events) await journal.append(event);
      await journal.close();
      expect(await readJournal(path)).toEqual(events);
    }
  });

  test('among the attributes of a trial leaves none of them to its next attempt', async () => {
    const events = history(1);
    await write(events);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.indexOf('\n', text.indexOf('"user_attr":{"text"')) + 1));
    const journal = await openJournal(path);
    expect(await journal.read()).toEqual(events.slice(0, -1));
    await journal.append({ type: 'trial-started', trial: 0, attempt: 3, config, at });
    await journal.append({
      type: 'trial-finished',
      trial: 0,
      result: { state: 'pruned', attributes: { seconds: 2 } },
      at,
    });
    await journal.close();
    expect((await readJournal(path)).at(-1)).toMatchObject({ result: { attributes: { seconds: 2 } } });
    expect((await readJournal(path)).at(-1)).not.toHaveProperty('result.attributes.text');
  });

  test('is counted no line: what follows has its number', async () => {
    const lengths = await write(history(1));
    const last = lengths.at(-2)! + 9;
    writeFileSync(path, `${readFileSync(path, 'utf8').slice(0, last)}\n`);
    const journal = await openJournal(path);
    await journal.append(history(1).at(-1)!);
    await journal.close();
    const numbers = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map(line => Number(/"seq":(\d+)/.exec(line)?.[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index));
  });

  test.each(['', '\n', '\0\0\0', '\0\n', '{"op_co', '{"op_code":\n'])('%j alone is an empty journal', async text => {
    writeFileSync(path, text);
    await write(history(1));
    expect(await readJournal(path)).toEqual(history(1));
  });
});

describe('a second opener', () => {
  test('is told who has the study', async () => {
    const journal = await openJournal(path);
    const error = await failure(openJournal(path));
    expect(error.code).toBe('STUDY_IN_USE');
    expect(error.message).toContain(`process ${process.pid} is using this study`);
    await journal.close();
    await (await openJournal(path)).close();
  });
});

/** The class behind file handles, whose methods can be made to fail. */
async function handles(): Promise<FileHandle> {
  const file = await open(join(folder, 'any'), 'w');
  await file.close();
  return Object.getPrototypeOf(file) as FileHandle;
}
describe('the disk', () => {
  test('has an event before it is acknowledged', async () => {
    const journal = await openJournal(path);
    const steps: string[] = [];
    const prototype = await handles();
    const { datasync } = prototype;
    vi.spyOn(prototype, 'datasync').mockImplementation(async function (this: FileHandle) {
      expect(await readJournal(path)).toHaveLength(1);
      await datasync.call(this);
      steps.push('on disk');
    });
    await journal.append(history(0)[0]!);
    steps.push('acknowledged');
    await journal.close();
    expect(steps).toEqual(['on disk', 'acknowledged']);
  });

  test('has the name of a new file, too', async () => {
    const sync = vi.spyOn(await handles(), 'sync');
    await write(history(0));
    expect(sync).toHaveBeenCalledTimes(1);
    await (await openJournal(path)).close();
    expect(sync).toHaveBeenCalledTimes(1);
  });
});

describe('a write that fails', () => {
  const diskFull = (): Promise<never> =>
    Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));

  /** Writes only the first bytes of the next write. */
  function shorten(prototype: FileHandle, length: number): void {
    const write = prototype.write as (bytes: Buffer) => Promise<any>;
    vi.spyOn(prototype as { write: typeof write }, 'write').mockImplementationOnce(function (this: FileHandle, bytes) {
      return write.call(this, bytes.subarray(0, length));
    });
  }

  test.each(['write', 'datasync'] as const)('in %s did not happen, and the next one works', async method => {
    const events = history(1);
    const journal = await openJournal(path);
    await journal.append(events[0]!);
    const before = readFileSync(path);
    vi.spyOn(await handles(), method).mockImplementationOnce(diskFull);
    const error = await failure(journal.append(events[1]!));
    expect(error.code).toBe('DISK_FULL');
    expect(error.message).toContain(`${path}: cannot write: ENOSPC`);
    expect(readFileSync(path)).toEqual(before);
    expect(await journal.read()).toEqual(events.slice(0, 1));
    for (const event of events.slice(1)) await journal.append(event);
    await journal.close();
    expect(await readJournal(path)).toEqual(events);
  });

  test('half way is cut back', async () => {
    const events = history(1);
    const journal = await openJournal(path);
    for (const event of events.slice(0, -1)) await journal.append(event);
    const before = readFileSync(path);
    for (const length of [1, 100, 400]) {
      shorten(await handles(), length);
      expect((await failure(journal.append(events.at(-1)!))).message).toContain('the disk is full');
      expect(readFileSync(path)).toEqual(before);
    }
    await journal.append(events.at(-1)!);
    await journal.close();
    expect(await readJournal(path)).toEqual(events);
  });

  test('half way, with a cut that fails too, is cut back before the next write', async () => {
    const events = history(1);
    const journal = await openJournal(path);
    await journal.append(events[0]!);
    const prototype = await handles();
    shorten(prototype, 40);
    vi.spyOn(prototype, 'truncate').mockImplementationOnce(diskFull);
    await failure(journal.append(events[1]!));
    expect(await readJournal(path)).toEqual(events.slice(0, 1));
    for (const event of events.slice(1)) await journal.append(event);
    await journal.close();
    expect(await readJournal(path)).toEqual(events);
  });
});

/** Appends the next events to the journal and waits; prints a word for each that is acknowledged, past any buffer. */
const appender = (events: string): string => `
  import { writeSync } from 'node:fs';
  import { openJournal } from ${JSON.stringify(new URL('../../dist/storage/journal.js', import.meta.url).href)};
  const events = ${events};
  const journal = await openJournal(${JSON.stringify(path)});
  const begin = (await journal.read()).length;
  for (const event of events.slice(begin, begin + Number(process.argv[2]))) {
    try {
      await journal.append(event);
    } catch (error) {
      writeSync(1, error.code + '\\n');
      process.exit(1);
    }
    writeSync(1, 'acknowledged\\n');
  }
  setInterval(() => undefined, 1000);`;

function asCode(events: readonly StudyEvent[]): string {
  // JSON has no NaN; JavaScript has.
  return JSON.stringify(events, (_, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? `@${value}` : value,
  ).replaceAll(/"@(-?\w+)"/g, '$1');
}

test('whatever kill -9 does to a process that appends, no acknowledged event is lost', async () => {
  const events = history(40);
  const script = join(folder, 'appender.mjs');
  writeFileSync(script, appender(asCode(events)));
  const { int } = createRng(5, 'kills');
  let known = 0;
  for (let kill = 0; kill < 36; kill++) {
    const count = 2 + int(9);
    const child = spawn(process.execPath, [script, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let acknowledged = 0;
    for await (const word of createInterface({ input: child.stdout })) {
      expect(word).toBe('acknowledged');
      acknowledged += 1;
      // The last one is being written, or nearly so.
      if (acknowledged === count - 1) child.kill('SIGKILL');
    }
    const found = await readJournal(path);
    expect(found).toEqual(events.slice(0, found.length));
    expect(found.length - known - acknowledged).toBeOneOf([0, 1]);
    known = found.length;
  }
  expect(known).toBeGreaterThan(100);
});

test.skipIf(process.platform === 'win32')('a file that may not grow ends the appending, not the journal', async () => {
  const events = history(20);
  const script = join(folder, 'appender.mjs');
  writeFileSync(script, appender(asCode(events)));
  const limited = spawnSync('bash', ['-c', `ulimit -f 32; exec "${process.execPath}" "${script}" 999`], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  const words = limited.stdout.trimEnd().split('\n');
  expect(words.pop()).toBe('DISK_FULL');
  expect(words.length).toBeGreaterThan(10);
  expect(statSync(path).size).toBeLessThan(32 * 1024);
  expect(await readJournal(path)).toEqual(events.slice(0, words.length));
  copyFileSync(path, `${path}.copy`);
  const journal = await openJournal(path);
  // Nothing had to be dropped.
  expect(readFileSync(path)).toEqual(readFileSync(`${path}.copy`));
  for (const event of events.slice(words.length)) await journal.append(event);
  await journal.close();
  expect(await readJournal(path)).toEqual(events);
});
