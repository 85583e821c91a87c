/** What a study accepts from those who run its trials. */
import { TuneError } from '../errors.ts';
import type { Measurement, Trial, TrialResult } from './trial.ts';

/** A finished trial has a finite value, or a reason for having none. */
export function checkedResult(result: TrialResult): TrialResult {
  const { state, value, failure, ...facts } = result;
  if (state === 'failed')
    return { state, ...facts, failure: failure ?? { cause: 'error', message: 'no reason was given' } };
  if (value === undefined && state === 'pruned') return { state, ...facts };
  if (value !== undefined && Number.isFinite(value)) return { state, value, ...facts };
  const reason =
    value === undefined
      ? ({ cause: 'error', message: 'the trial ended without a value' } as const)
      : ({ cause: 'nan', message: `the value was ${value}` } as const);
  return { state: 'failed', ...facts, failure: reason };
}

/** @throws TuneError MEASUREMENT_INVALID unless the value is a number and the step grows */
export function refuseMeasurement(trial: Trial, { step, value }: Measurement): void {
  const previous = trial.curve.at(-1)?.step ?? 0;
  if (typeof value !== 'number')
    throw new TuneError('MEASUREMENT_INVALID', `the value of trial ${trial.id} is no number`);
  if (Number.isSafeInteger(step) && step > previous) return;
  throw new TuneError('MEASUREMENT_INVALID', {
    message: `trial ${trial.id} reported step ${step} after step ${previous}`,
    expected: `a whole number from ${previous + 1}`,
  });
}
