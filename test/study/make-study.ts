/** Studies for tests: in memory, at one moment, with a sampler that counts. */
import { none } from '../../src/pruners/none.ts';
import type { Space } from '../../src/space/space.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { StudyEvent } from '../../src/study/events.ts';
import type { Sampler, Storage } from '../../src/study/ports.ts';
import { openStudy, type Study, type StudyOptions } from '../../src/study/study.ts';

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
