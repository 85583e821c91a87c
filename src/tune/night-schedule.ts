/** Stays, and runs a night whenever one is due and it is this process's turn. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn, Turns } from './night-turns.ts';

export interface NightSchedule {
  readonly turns: Turns;
  /**
   * Runs a night, until the signal ends it: then another process has it, or nobody waits for its end any more.
   * @returns whether it came to its end
   */
  readonly run: (turn: Turn, signal: AbortSignal) => Promise<boolean>;
  /** Ends the wait, and the night that runs. */
  readonly signal: AbortSignal;
}

/** Milliseconds between two looks for a night, and between two signs of life while one runs. */
const pulse = 2000;
const beat = 5000;

/** Resolves when it was told to end, or the schedule was removed. */
export async function keepNights({ turns, run, signal }: NightSchedule): Promise<'ended' | 'removed'> {
  while (!signal.aborted) {
    const turn = await turns.take();
    if (turn === 'removed') return turn;
    if (turn) await keepNight(turns, signal, ends => run(turn, ends));
    else await sleep(pulse, undefined, { signal }).catch(() => undefined);
  }
  return 'ended';
}

async function keepNight(
  turns: Turns,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<boolean>,
): Promise<void> {
  const lost = new AbortController();
  const beating = setInterval(() => {
    turns.renew().then(
      isOurs => isOurs || lost.abort(),
      // The database is gone for good.
      () => lost.abort(),
    );
  }, beat);
  let isOver = false;
  try {
    isOver = await run(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(beating);
    await (isOver ? turns.end() : turns.leave());
  }
}
