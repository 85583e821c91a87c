/** Trials of another tool as events of a study of ours. */
import type { Config } from '../../space/space.ts';
import { checkedResult } from '../../study/accept.ts';
import type { StudyEvent } from '../../study/events.ts';
import type { Measurement } from '../../study/trial.ts';
import type { ForeignTrial } from './foreign-study.ts';

/** @param objectives how many values a complete trial has */
export function eventsOf(trials: readonly ForeignTrial[], objectives: number): readonly StudyEvent[] {
  const shift = shiftOf(trials);
  return trials.flatMap((trial, id) => eventsOfTrial(trial, id, objectives, shift));
}

function eventsOfTrial(given: ForeignTrial, trial: number, objectives: number, shift: number): readonly StudyEvent[] {
  const { source, config, state, value, values, stopped, failure, curve, startedAt: at, finishedAt = at } = given;
  const attributes = { ...given.attributes, imported: source };
  if (state === 'waiting') return [{ type: 'trial-enqueued', trial, config, attributes, at }];
  const measured = inOrder(curve, shift).map((measurement): StudyEvent => ({
    type: 'trial-measured',
    trial,
    measurement,
  }));
  const begun: readonly StudyEvent[] = [{ type: 'trial-started', trial, attempt: 1, config, at }, ...measured];
  if (state !== 'complete' && state !== 'pruned' && state !== 'failed') return begun;
  const told = {
    state,
    ...(value !== undefined && { value }),
    ...(values && { values }),
    ...(stopped && { stopped }),
    ...(failure && { failure }),
    attributes,
  };
  return [...begun, { type: 'trial-finished', trial, result: checkedResult(told, objectives), at: finishedAt }];
}

/** Steps of ours count from 1; where those of the tool begin lower, all of the study move up. */
function shiftOf(trials: readonly ForeignTrial[]): number {
  let least = 1;
  for (const { curve } of trials) for (const { step } of curve) if (step < least) least = step;
  return 1 - Math.floor(least);
}

/** The last value of each step, by step. */
function inOrder(curve: readonly Measurement[], shift: number): readonly Measurement[] {
  const bySteps = new Map(curve.map(measurement => [measurement.step + shift, measurement]));
  return [...bySteps]
    .filter(([step]) => Number.isSafeInteger(step))
    .toSorted(([a], [b]) => a - b)
    .map(([step, measurement]) => ({ ...measurement, step }));
}

/** The configurations that say which parameters a trial has: those of trials that came to a result. */
export function wholeConfigs(trials: readonly ForeignTrial[]): readonly Config[] {
  const whole = trials.filter(({ state }) => state === 'complete' || state === 'pruned');
  return (whole.length > 0 ? whole : trials).map(({ config }) => config);
}
