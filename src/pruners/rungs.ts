/**
 * Rungs of successive halving: at steps that grow by a factor, trials are compared with all that have come so far.
 * Li et al. 2020, "A system for massively parallel hyperparameter tuning", https://arxiv.org/abs/1810.05934
 */
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

/** The values of all other trials that have come to a rung. */
export function peersAtRung(trial: Trial, history: readonly Trial[], step: number): readonly number[] {
  return history
    .filter(({ id }) => id !== trial.id)
    .map(other => valueAtRung(other, step))
    .filter(value => value !== undefined);
}

/**
 * Whether a value is among the best 1 / factor of those at its rung, itself included.
 * @param least how many are promoted in any case. Default: the best.
 */
export function isPromoted(value: number, peers: readonly number[], factor: number, least = 1): boolean {
  const better = peers.filter(peer => peer < value).length;
  return better < Math.max(least, Math.floor((peers.length + 1) / factor));
}
