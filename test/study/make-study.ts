/** Studies for tests: in memory, at one moment, with a sampler that counts. */
import { expect } from 'vitest';
import { TuneError, type ErrorCode } from '../../src/errors.ts';
import { none } from '../../src/pruners/none.ts';
import type { Space } from '../../src/space/space.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import type { Pruner, Sampler, Storage, SuggestContext } from '../../src/study/ports.ts';
import { openStudy } from '../../src/study/open-study.ts';
import type { Study, StudyOptions } from '../../src/study/study.ts';
import type { Trial } from '../../src/study/trial.ts';

export const at = '2026-03-04T05:06:07.000Z';

export const line: Space = {
  params: [{ name: 'x', type: 'int', low: 0, high: 100, log: false, step: 1, default: 50 }],
  constraints: [],
};

/** Proposes the number of the trial. */
export const counting: Sampler = { suggest: ({ trial }) => ({ x: trial }) };

export function makeStudy(options: Partial<StudyOptions> = {}): Promise<Study> {
  return openStudy({
    name: 'test',
    space: line,
    direction: 'minimize',
    seed: 1,
    sampler: counting,
    pruner: none.create({}),
    storage: memoryStorage(),
    now: () => new Date(at),
    ...options,
  });
}

/** A storage that holds events already. */
export async function storageWith(events: readonly StudyEvent[]): Promise<Storage> {
  const storage = memoryStorage();
  for (const event of events) await storage.append(event);
  return storage;
}

/** A storage in memory that takes no events while it is full. */
export function fillable(): { storage: Storage; setFull(isFull: boolean): void } {
  const memory = memoryStorage();
  let isFull = false;
  const append = (event: StudyEvent): Promise<void> =>
    isFull ? Promise.reject(new TuneError('STORAGE_FAILED', 'full')) : memory.append(event);
  return { storage: { ...memory, append }, setFull: value => void (isFull = value) };
}

/** The error of a promise that must reject with a TuneError. */
export async function refusal(promise: Promise<unknown>, code: ErrorCode): Promise<TuneError> {
  const error: unknown = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(TuneError);
  expect((error as TuneError).code).toBe(code);
  return error as TuneError;
}

/** A storage, and what it was given. */
export function recording(): { storage: Storage; events: readonly StudyEvent[] } {
  const events: StudyEvent[] = [];
  const memory = memoryStorage();
  const append = (event: StudyEvent): Promise<void> => {
    events.push(event);
    return memory.append(event);
  };
  return { storage: { ...memory, append }, events };
}

/** Remembers everything it is asked. */
export function spying(): {
  sampler: Sampler;
  pruner: Pruner;
  asked: SuggestContext[];
  judged: [Trial, readonly Trial[]][];
} {
  const asked: SuggestContext[] = [];
  const judged: [Trial, readonly Trial[]][] = [];
  return {
    asked,
    judged,
    sampler: { suggest: context => (asked.push(context), { x: context.trial }) },
    pruner: { judge: (trial, history) => (judged.push([trial, history]), 'continue') },
  };
}
