/** What a pruner would have said of trials that have ended: from the record alone, nothing of it is stored. */
import { trialOfLosses } from './losses.ts';
import type { Direction, Pruner } from './ports.ts';
import type { Trial } from './trial.ts';

/** The step after which a pruner would have stopped a trial; undefined when it would not have. */
export function wouldStopAt(
  pruner: Pruner,
  trial: Trial,
  trials: readonly Trial[],
  direction: Direction,
): number | undefined {
  const { startedAt, finishedAt = startedAt, curve } = trial;
  const [begin, end] = [startedAt, finishedAt].map(Date.parse) as [number, number];
  const others = trials.filter(({ id }) => id !== trial.id).map(other => trialOfLosses(other, direction));
  const own = trialOfLosses(trial, direction);
  const stop = curve.findIndex((_, index) => {
    // The record has times of trials alone: a trial's steps are taken to be equally long.
    const now = begin + ((end - begin) * (index + 1)) / curve.length;
    const seen = asOf(own, now, index + 1);
    const history = others.filter(other => Date.parse(other.startedAt) < now).map(other => asOf(other, now));
    return (
      pruner.judge(
        seen,
        [...history, seen].toSorted((a, b) => a.id - b.id),
      ) === 'stop'
    );
  });
  return curve[stop]?.step;
}

/** A trial as it was at a time, in milliseconds. */
function asOf(trial: Trial, now: number, measured?: number): Trial {
  const { startedAt, finishedAt, value: _, values: __, ...rest } = trial;
  const [begin, end] = [Date.parse(startedAt), finishedAt === undefined ? Infinity : Date.parse(finishedAt)];
  if (measured === undefined && end <= now) return trial;
  const share = (now - begin) / (end - begin);
  return { ...rest, startedAt, state: 'running', curve: trial.curve.slice(0, measured ?? share * trial.curve.length) };
}
