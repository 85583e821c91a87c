/** How long a trial took. */
import type { Trial } from '../study/trial.ts';

type Times = Pick<Trial, 'startedAt' | 'finishedAt'>;

/** By what its trainer says, else by its times; undefined while it runs. */
export function secondsOf(trial: Times & Pick<Trial, 'attributes' | 'stopped' | 'curve'>): number | undefined {
  const said = trial.attributes?.['seconds'];
  if (typeof said === 'number') return said;
  return trial.stopped === 'paused' ? trained(trial) : elapsed(trial);
}

/** Seconds of its epochs, as far as they tell: most of its time, a paused trial waits. */
function trained({ curve }: Pick<Trial, 'curve'>): number {
  return curve.reduce((sum, { metrics }) => sum + (metrics?.['seconds'] ?? 0), 0);
}

/** A trial that crashed brings no facts; its times are in the journal all the same. */
export function elapsed({ startedAt, finishedAt }: Times): number | undefined {
  if (finishedAt === undefined) return undefined;
  return Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}
