/** Trials whose curves are made when someone looks: they are most of a large study, and seldom looked at. */
import type { Measurement, Trial } from './trial.ts';

/**
 * @param curveOf the curve of a trial, by its id; asked once
 * @param changesIn what is different in the copy, of what the trial has
 */
export function withLateCurves(
  trials: readonly Omit<Trial, 'curve'>[],
  curveOf: (id: number) => readonly Measurement[],
  changesIn: (trial: Omit<Trial, 'curve'>) => Partial<Trial> = () => ({}),
): readonly Trial[] {
  const made: (readonly Measurement[] | undefined)[] = [];
  // One getter for all: with one each, V8 would give each trial a shape of its own.
  const late: PropertyDescriptor & ThisType<Trial> = {
    enumerable: true,
    configurable: true,
    get() {
      return (made[this.id] ??= curveOf(this.id));
    },
  };
  return trials.map(trial => {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(trial)) {
      if (key === 'curve') Object.defineProperty(copy, key, late);
      else copy[key] = trial[key as keyof typeof trial];
    }
    return Object.assign(copy as unknown as Trial, changesIn(trial));
  });
}
