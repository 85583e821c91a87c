/** Whether a training goes well, from the losses of its stretches of steps. */
import { z } from 'zod';
import { anyNumber } from '../backup.ts';

/** Training that makes things worse than they were before it. */
const worse = { thanFirst: 1.5 };
/** Once the loss has fallen to a small share of the first one, jumps are noise. */
const jump = { ofAverage: 3, ofFirst: 0.05 };
const lost = { ofLowest: 8, ofFirst: 0.3 };

export const savedHealth = z.object({ first: anyNumber, average: anyNumber, lowest: anyNumber });
export type SavedHealth = z.infer<typeof savedHealth>;

export interface Health {
  of(loss: number): 'good' | 'jump' | 'lost';
  /** All that it goes on from. */
  saved(): SavedHealth;
}

/** @param first mean loss of the first weights */
export function firstHealth(first: number): SavedHealth {
  return { first, average: Infinity, lowest: Infinity };
}

/**
 * How a stretch of steps went: well, with a jump of the loss, or to where all that was learned is lost again: a network
 * whose units died has small gradients and stays there.
 */
export function createHealth({ first, ...from }: SavedHealth): Health {
  let { average, lowest } = from;
  return {
    of(loss) {
      if (!Number.isFinite(loss) || loss > worse.thanFirst * first) return 'jump';
      if (loss > lost.ofFirst * first && loss > lost.ofLowest * lowest) return 'lost';
      if (loss > jump.ofFirst * first && loss > jump.ofAverage * average) return 'jump';
      average = average === Infinity ? loss : 0.8 * average + 0.2 * loss;
      lowest = Math.min(lowest, loss);
      return 'good';
    },
    saved: () => ({ first, average, lowest }),
  };
}
