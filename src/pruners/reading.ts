/** Lets any pruner read one of the other metrics that trials measure, in place of the study's. */
import { z } from 'zod';
import { goalOf } from '../space/space-file.ts';
import { lossOf } from '../study/losses.ts';
import type { Direction, Pruner } from '../study/ports.ts';
import type { Trial } from '../study/trial.ts';

export const metric = z
  .string()
  .min(1)
  .optional()
  .describe("metric of the learning curves that is read; default: the study's own");
export const goal = z
  .enum(['minimize', 'maximize'])
  .optional()
  .describe('of that metric; default: maximize for accuracies, else minimize');

/** A pruner for whose eyes the metric is the measured value. Measurements without it do not exist. */
export function reading(
  metric: string,
  goal: Direction = goalOf(metric),
  create: (direction: Direction) => Pruner,
): Pruner {
  const pruner = create(goal);
  // Trials are never mutated: each is read once.
  const seen = new WeakMap<Trial, Trial>();
  const read = (trial: Trial): Trial => {
    const known = seen.get(trial);
    if (known) return known;
    const curve = trial.curve.flatMap(measurement => {
      const value = measurement.metrics?.[metric];
      return value === undefined ? [] : [{ ...measurement, value: lossOf(value, goal) }];
    });
    const made = { ...trial, curve };
    seen.set(trial, made);
    return made;
  };
  return {
    judge(trial, history) {
      const isMeasured = trial.curve.at(-1)?.metrics?.[metric] !== undefined;
      return isMeasured ? pruner.judge(read(trial), history.map(read)) : 'continue';
    },
  };
}
