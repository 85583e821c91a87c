/** Long work in the terminal: it says how it goes, and Ctrl-C ends it in order. */
import { listenForInterruption } from './interruption.ts';
import { openTalk, type Talk } from './talk.ts';

/** @param quiet whether nothing is said but of an interruption */
export async function watched<T>(
  quiet: boolean | undefined,
  work: (talk: Talk, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const talk = openTalk(process.stderr, { quiet });
  const interruption = listenForInterruption(talk.say);
  try {
    return await work(talk, interruption.signal);
  } finally {
    talk.close();
    interruption.stop();
  }
}
