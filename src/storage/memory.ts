/** Keeps a study for as long as the process runs: for objectives in code and for tests. */
import type { StudyEvent } from '../study/events.ts';
import { fold } from '../study/fold.ts';
import type { Storage } from '../study/ports.ts';

export function memoryStorage(): Storage {
  const events: StudyEvent[] = [];
  return {
    read: () => Promise.resolve([...events]),
    state: () => Promise.resolve(fold(events)),
    append(event) {
      events.push(event);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
