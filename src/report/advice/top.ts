/** The trials that rules go by. */
import { classifyTrial, type CurveClass, type CurveContext } from '../../train/curve-class.ts';
import { isComplete } from '../../study/count-finished.ts';
import { lossOf } from '../../study/losses.ts';
import { isWithin } from '../../study/space-versions.ts';
import type { Trial } from '../../study/trial.ts';
import type { AdviceInput } from './advice.ts';

/** The best tenth; of few trials the best ten, but no more than half of them. */
const [topShare, topCount] = [0.1, 10];

/** Every rule asks for them. */
const known = new WeakMap<AdviceInput, readonly Trial[]>();

/** Complete trials of the space as it is now, from the best one on. */
export function rankedTrials(input: AdviceInput): readonly Trial[] {
  const { space, metric } = input.report.study;
  const loss = ({ value }: Trial): number => lossOf(value!, metric.goal);
  const ranked =
    known.get(input) ??
    input.trials
      .filter(trial => isComplete(trial) && Number.isFinite(trial.value) && isWithin(space, trial.config))
      .toSorted((a, b) => loss(a) - loss(b) || a.id - b.id);
  known.set(input, ranked);
  return ranked;
}

export function topTrials(input: AdviceInput): readonly Trial[] {
  const ranked = rankedTrials(input);
  const few = Math.min(topCount, Math.ceil(ranked.length / 2));
  return ranked.slice(0, Math.max(Math.ceil(topShare * ranked.length), few));
}

/** The best trial by its mean, where configurations were tried several times. */
export function bestTrialOf(input: AdviceInput): Trial | undefined {
  const reported = input.report.best?.trial;
  return input.trials.find(({ id }) => id === reported) ?? rankedTrials(input)[0];
}

/** Fewer curves tell nothing about a study. */
const fewestCurves = 3;

/** Share of the trials whose curves are of a class; NaN where too few have one. */
export function shareOfClass(trials: readonly Trial[], wanted: CurveClass, context: CurveContext = {}): number {
  const classes = trials.map(trial => classifyTrial(trial, context)).filter(found => found !== undefined);
  return classes.length < fewestCurves ? NaN : classes.filter(found => found === wanted).length / classes.length;
}

export interface Epochs {
  readonly best: number;
  readonly last: number;
}

/** The best epoch and the last one: as the trainer says, or by the curve. */
export function epochsOf({ attributes = {}, curve }: Trial, goal: 'minimize' | 'maximize'): Epochs | undefined {
  const { bestEpoch, epochs } = attributes;
  if (typeof bestEpoch === 'number' && typeof epochs === 'number') return { best: bestEpoch, last: epochs };
  const losses = curve.map(({ value }) => lossOf(value, goal));
  const best = curve[losses.indexOf(Math.min(...losses))];
  return best && { best: best.step, last: curve.at(-1)!.step };
}

/** What a trial took, as far as it says. */
export function secondsOf({ attributes = {}, startedAt, finishedAt }: Trial): number {
  const { seconds } = attributes;
  if (typeof seconds === 'number') return seconds;
  return finishedAt === undefined ? 0 : Math.max(0, Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}
