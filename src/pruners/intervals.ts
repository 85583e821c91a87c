/** Knobs and rule of pruners that judge at some steps only, as Optuna's do. */
import { z } from 'zod';
import type { Trial } from '../study/trial.ts';

export const count = (minimum: number) => z.int().min(minimum).max(1_000_000);

export const intervalKnobs = {
  warmupSteps: count(0).default(0).describe('first step at which a trial may be stopped'),
  intervalSteps: count(1).default(1).describe('steps between judgements'),
};

export interface Intervals {
  readonly warmupSteps: number;
  readonly intervalSteps: number;
}

/** Whether the last measurement is to be judged: the first of its interval, so that gaps between steps skip none. */
export function isDue({ curve }: Trial, { warmupSteps, intervalSteps }: Intervals): boolean {
  const step = curve.at(-1)?.step;
  if (step === undefined || step < warmupSteps) return false;
  const begin = Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps;
  return (curve.at(-2)?.step ?? -1) < begin;
}
