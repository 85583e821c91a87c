/**
 * What is heard of running trials waits for its turn, and is then stored together, as far as it came in a row and no trial
 * says two things: none of it depends on the rest. So a study that is stored far away waits once for many trials.
 */
import type { StudyEvent } from './events.ts';

export interface Heard<T> {
  readonly trial: number;
  /** @throws what refuses it */
  readonly event: () => StudyEvent;
  /** Once it is stored, and no later event is known. */
  readonly answer: () => T;
}

interface Waiting extends Heard<unknown> {
  readonly resolve: (answer: any) => void;
  readonly reject: (error: unknown) => void;
}

export interface Together {
  hear<T>(heard: Heard<T>): Promise<T>;
  /** What is heard from here on waits for a turn of its own: something else comes between. */
  part(): void;
}

export interface TogetherOptions {
  /** Whether the storage takes several events at once. */
  readonly isPossible: boolean;
  /** Does the task in its turn; may begin it anew. */
  readonly inTurn: (task: () => Promise<void>) => Promise<void>;
  readonly store: (events: readonly StudyEvent[]) => Promise<void>;
  readonly take: (event: StudyEvent) => void;
}

export function hearTogether({ isPossible, inTurn, store, take }: TogetherOptions): Together {
  /** Those that wait for the last turn. */
  let last: Waiting[] | undefined;

  const record = async (waiting: readonly Waiting[]): Promise<void> => {
    const legal = waiting.flatMap(heard => {
      try {
        return { ...heard, stored: heard.event() };
      } catch (error) {
        heard.reject(error);
        return [];
      }
    });
    if (legal.length > 0) await store(legal.map(({ stored }) => stored));
    for (const { stored, answer, resolve, reject } of legal) {
      take(stored);
      try {
        resolve(answer());
      } catch (error) {
        reject(error);
      }
    }
  };
  const begin = (first: Waiting): void => {
    const waiting = [first];
    inTurn(async () => {
      if (last === waiting) last = undefined;
      await record(waiting);
    }).catch((error: unknown) => waiting.forEach(({ reject }) => reject(error)));
    if (isPossible) last = waiting;
  };

  return {
    hear: heard =>
      new Promise((resolve, reject) => {
        const waiting = { ...heard, resolve, reject };
        if (last && !last.some(({ trial }) => trial === heard.trial)) last.push(waiting);
        else begin(waiting);
      }),
    part: () => void (last = undefined),
  };
}
