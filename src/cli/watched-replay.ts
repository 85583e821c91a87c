/** Trains trials again, says how it goes, and what came out: for people and for programs. */
import type { ReplayedTrial, ReplayOptions } from '../tune/replay-trials.ts';
import { watched } from './watched.ts';
import { interruptedExit } from './exit-codes.ts';

export interface WatchedReplay {
  readonly isSame: boolean;
  readonly lines: readonly string[];
  readonly trials: readonly ReplayedTrial[];
  /** 0: all the same; 1: not all; 130: interrupted. */
  readonly exitCode: number;
}

export type WatchedReplayOptions = Pick<ReplayOptions, 'name' | 'trials' | 'sample' | 'seed' | 'slots' | 'eager'> & {
  readonly reports: string;
  readonly quiet?: boolean | undefined;
};

/** @param path of the space file */
export async function watchedReplay(path: string, { quiet, ...options }: WatchedReplayOptions): Promise<WatchedReplay> {
  const { replay } = await import('../tune/replay-trials.ts');
  let compared = 0;
  return watched(quiet, async (talk, signal) => {
    const trials = await replay(path, {
      ...options,
      signal,
      log: talk.log,
      observe(event) {
        talk.observe(event.type === 'phase' ? event : { type: 'phase', text: `compared: ${++compared}` });
      },
    });
    const isSame = trials.every(({ differences }) => differences.length === 0);
    return { isSame, lines: trials.map(sentence), trials, exitCode: signal.aborted ? interruptedExit : isSame ? 0 : 1 };
  });
}

function sentence({ trial, steps, differences: [first, ...others] }: ReplayedTrial): string {
  const compared = `${steps} ${steps === 1 ? 'step' : 'steps'}`;
  if (!first) return `trial ${trial}: the same, to the bit (${compared} and the weights)`;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `trial ${trial}: differs: ${first.what} was ${first.recorded ?? 'nothing'}, is ${first.repeated ?? 'nothing'}${more}`;
}
