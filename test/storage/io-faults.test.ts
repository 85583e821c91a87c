/** Any one call to the file system may fail: no acknowledged event is lost, none is stored twice, and the journal goes on. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { TuneError } from '../../src/errors.ts';
import { openJournal, readJournal } from '../../src/storage/journal.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import type { Storage } from '../../src/study/ports.ts';
import { busyStudy } from './busy-study.ts';

/** Whether the call that fails has done its work. */
type Mode = 'before' | 'after';

const faults = vi.hoisted(() => {
  const state = { calls: 0, failing: 0, mode: 'before' as 'before' | 'after' };
  /** The same function, which fails when its turn comes. */
  const fragile =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>, undo: (result: R) => unknown = () => undefined) =>
    async (...args: A): Promise<R> => {
      state.calls += 1;
      const fails = state.calls === state.failing;
      const error = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      if (fails && state.mode === 'before') throw error;
      const result = await call(...args);
      if (!fails) return result;
      await undo(result);
      throw error;
    };
  return { state, fragile };
});

vi.mock('node:fs/promises', async importOriginal => {
  const real = await importOriginal<typeof promises>();
  const { fragile } = faults;
  const opened = async (...args: Parameters<typeof real.open>): Promise<promises.FileHandle> => {
    const file = await real.open(...args);
    for (const method of ['read', 'write', 'writeFile', 'datasync', 'sync', 'truncate'] as const)
      Object.assign(file, { [method]: fragile((file[method] as (...args: any[]) => Promise<unknown>).bind(file)) });
    // The system closes files whatever it says of that.
    const closed = file.close.bind(file);
    return Object.assign(file, { close: () => closed().then(fragile(() => Promise.resolve())) });
  };
  return {
    ...real,
    open: fragile(opened, file => file.close()),
    readFile: fragile(real.readFile),
    writeFile: fragile(real.writeFile),
    rename: fragile(real.rename),
    unlink: fragile(real.unlink),
  };
});

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
  path = join(folder, 'journal.log');
});
afterEach(() => void (faults.state.failing = 0));
afterAll(() => rmSync(folder, { recursive: true }));

const events = busyStudy(3);

interface Life {
  readonly calls: number;
  readonly errors: readonly unknown[];
  readonly stored: readonly StudyEvent[];
}

/** Does it until it succeeds; the errors that it met. */
async function insist<T>(task: () => Promise<T>): Promise<{ result: T; errors: readonly unknown[] }> {
  const errors: unknown[] = [];
  for (;;) {
    try {
      return { result: await task(), errors };
    } catch (error) {
      errors.push(error);
      if (errors.length > 3) throw error;
    }
  }
}

/** A life of a study: opened, written to, closed, opened again, each step until it succeeds. */
async function live(failing: number, mode: Mode, begin: Buffer): Promise<Life> {
  for (const end of ['', '.pid', '.damaged', '.part']) rmSync(`${path}${end}`, { force: true });
  writeFileSync(path, begin);
  Object.assign(faults.state, { calls: 0, failing, mode });
  const errors: unknown[] = [];
  const open = async (): Promise<Storage> => {
    const { result, errors: met } = await insist(() => openJournal(path, () => undefined));
    errors.push(...met);
    return result;
  };
  const append = async (journal: Storage, event: StudyEvent): Promise<void> => {
    const { errors: met } = await insist(() => journal.append(event));
    errors.push(...met);
  };
  for (const part of [0, 1]) {
    const journal = await open();
    const { result: stored, errors: met } = await insist(() => journal.read());
    errors.push(...met);
    for (const event of events.slice(stored.length, part === 0 ? 8 : undefined)) await append(journal, event);
    errors.push(...(await insist(() => journal.close())).errors);
  }
  const { calls } = faults.state;
  faults.state.failing = 0;
  return { calls, errors, stored: await readJournal(path) };
}

test.each([
  ['new', 'before'],
  ['new', 'after'],
  ['damaged', 'before'],
  ['damaged', 'after'],
] as const)('a %s journal, of which one call fails %s its work', async (kind, mode) => {
  const sound = await live(0, mode, Buffer.alloc(0));
  expect(sound.stored).toEqual(events);
  const lines = readFileSync(path, 'utf8').split(/(?<=\n)/);
  const begin = Buffer.from(kind === 'new' ? '' : lines.with(4, `x${lines[4]}`).slice(0, 7).join(''));
  const { calls, stored } = await live(0, mode, begin);
  expect(calls).toBeGreaterThan(40);
  const broken: string[] = [];
  for (let failing = 1; failing <= calls; failing++) {
    const life = await live(failing, mode, begin);
    const claims = {
      'has all events once': isDeepStrictEqual(life.stored, stored),
      'names its error': life.errors.every(error => error instanceof TuneError),
      'fails once at most': life.errors.length <= 1,
    };
    for (const [claim, holds] of Object.entries(claims))
      if (!holds) broken.push(`${claim}: call ${failing}, ${life.errors.map(String).join(', ')}`);
  }
  expect(broken).toEqual([]);
});
