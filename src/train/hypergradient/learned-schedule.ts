/** What a learned schedule says about a step, a stretch of training and the whole of it. */
import type { LearnedSchedule } from './tuning.ts';

/** The value of a parameter in a step, from 1 on. */
export function valueAt({ every, values }: LearnedSchedule, name: string, step: number): number {
  const own = valuesOf(values, name);
  return own[Math.min(own.length - 1, Math.floor((step - 1) / every))]!;
}

/** The last step that has a value of its own. */
export function lastStep({ every, values }: LearnedSchedule, name: string): number {
  return every * (valuesOf(values, name).length - 1) + 1;
}

/** The same course over as many epochs, where an epoch has another number of steps. */
export function stretched({ every, stepsPerEpoch, values }: LearnedSchedule, steps: number): LearnedSchedule {
  const stretch = (own: readonly number[]): number[] =>
    Array.from({ length: Math.ceil((own.length * steps) / stepsPerEpoch) }, (_, place) => {
      return own[Math.min(own.length - 1, Math.floor((place * stepsPerEpoch) / steps))]!;
    });
  const entries = Object.entries(values).map(([name, own]) => [name, stretch(own)] as const);
  return { every, stepsPerEpoch: steps, values: Object.fromEntries(entries) };
}

function valuesOf(values: LearnedSchedule['values'], name: string): readonly number[] {
  if (!Object.hasOwn(values, name)) throw new Error(`the schedule has no values of ${name}`);
  return values[name]!;
}
