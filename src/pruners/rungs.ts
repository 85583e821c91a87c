/**
 * Rungs of successive halving: at steps that grow by a factor, trials are compared with all that have come so far.
 * Li et al. 2020, "A system for massively parallel hyperparameter tuning", https://arxiv.org/abs/1810.05934
 */
import { column, type Column } from '../study/column.ts';
import type { Trial } from '../study/trial.ts';

/** The value with which a trial came to a rung: its first number from that step on. */
export function valueAtRung({ curve }: Trial, step: number): number | undefined {
  return curve.find(measurement => measurement.step >= step && !Number.isNaN(measurement.value))?.value;
}

/** Steps of the rungs that the last measurement of a trial has come to, lowest first; more than one after a gap. */
export function rungsReached({ curve }: Trial, first: number, factor: number): readonly number[] {
  const last = curve.at(-1)?.step ?? 0;
  const earlier = curve.findLast(({ step, value }) => step < last && !Number.isNaN(value))?.step ?? 0;
  const steps: number[] = [];
  for (let step = first; step <= last; step *= factor) if (step > earlier) steps.push(step);
  return steps;
}

/** Where a trial stands among all others that have come to a rung. */
export interface Standing {
  readonly peers: number;
  /** Those of them with a lower value. */
  readonly better: number;
}

/** @param value that of the trial */
export type Compare = (trial: Trial, value: number, history: readonly Trial[], step: number) => Standing;

/** Compares trials at rungs. @param valueAt with which a trial came to one; undefined: it has not */
export function createCompare(valueAt: typeof valueAtRung = valueAtRung): Compare {
  const ids = column(({ id }) => id);
  const rungs = new Map<number, Column<number>>();
  return (trial, value, history, step) => {
    const valuesAt = rungs.get(step) ?? column(other => valueAt(other, step) ?? NaN);
    rungs.set(step, valuesAt);
    const values = valuesAt(history);
    const own = ids(history).indexOf(trial.id);
    let [peers, better] = [0, 0];
    for (let place = 0; place < values.length; place++) {
      if (place === own || Number.isNaN(values[place]!)) continue;
      peers += 1;
      if (values[place]! < value) better += 1;
    }
    return { peers, better };
  };
}

/**
 * Whether a trial is among the best 1 / factor of those at its rung, itself included.
 * @param least how many are promoted in any case. Default: the best.
 */
export function isPromoted({ peers, better }: Standing, factor: number, least = 1): boolean {
  return better < Math.max(least, Math.floor((peers + 1) / factor));
}
