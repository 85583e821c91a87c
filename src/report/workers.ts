/** What each worker did, and how fast, where a study runs on several machines: by the trials that it ended. */
import { hasEnded } from '../study/count-finished.ts';
import type { Trial } from '../study/trial.ts';
import type { WorkerRow } from './report.ts';
import { secondsOf } from './trial-seconds.ts';
import { epochsOf } from './trial-table.ts';

/** What a worker calls itself: text of another machine. */
export function workerOf({ attributes }: Pick<Trial, 'attributes'>): string | undefined {
  const name = attributes?.['worker'];
  return typeof name === 'string' ? name : undefined;
}

/** Those with most trials first; none where no trial says who ran it. */
export function workersOf(trials: readonly Trial[]): readonly WorkerRow[] {
  const byName = new Map<string, Trial[]>();
  for (const trial of trials.filter(hasEnded)) {
    const name = workerOf(trial);
    if (name === undefined) continue;
    const own = byName.get(name);
    if (own) own.push(trial);
    else byName.set(name, [trial]);
  }
  return [...byName]
    .map(([name, own]) => rowOf(name, own))
    .toSorted((a, b) => b.trials - a.trials || (a.name < b.name ? -1 : 1));
}

function rowOf(name: string, trials: readonly Trial[]): WorkerRow {
  const stretches = trials.flatMap(stretchOf).toSorted((a, b) => a.start - b.start);
  const end = stretches.reduce((last, { end }) => Math.max(last, end), 0);
  const spanSeconds = stretches.length > 0 ? (end - stretches[0]!.start) / 1000 : 0;
  const busySeconds = covered(stretches) / 1000;
  const epochs = trials.reduce((sum, trial) => sum + (epochsOf(trial) ?? 0), 0);
  return {
    name,
    trials: trials.length,
    failed: trials.filter(({ state }) => state === 'failed').length,
    epochs,
    busySeconds,
    ...(spanSeconds > 0 && {
      busyShare: busySeconds / spanSeconds,
      trialsPerHour: (trials.length * 3600) / spanSeconds,
    }),
    ...(busySeconds > 0 && { epochsPerSecond: epochs / busySeconds }),
  };
}

/** In milliseconds. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A trial begins when it is proposed, and may wait for its worker: the seconds before its end are those that it ran. */
function stretchOf(trial: Trial): readonly Stretch[] {
  if (trial.finishedAt === undefined) return [];
  const end = Date.parse(trial.finishedAt);
  const start = end - secondsOf(trial)! * 1000;
  return [{ start: Math.max(start, Date.parse(trial.startedAt)), end }];
}

/** What stretches cover together, in order of their starts: a worker may run several trials at once. */
function covered(stretches: readonly Stretch[]): number {
  let [sum, until] = [0, -Infinity];
  for (const { start, end } of stretches) {
    sum += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return sum;
}
