/** What a study accepts from those who run its trials. */
import { TuneError } from '../errors.ts';
import type { Failure, Measurement, Trial, TrialResult } from './trial.ts';

/**
 * A finished trial has a finite value for each objective, or a reason for having none; one that was pruned may have that of
 * the first objective alone, or none.
 */
export function checkedResult(result: TrialResult, objectives: number): TrialResult {
  const { state, value: first, values = first === undefined ? [] : [first], failure, ...facts } = result;
  if (state === 'failed')
    return { state, ...facts, failure: failure ?? { cause: 'error', message: 'no reason was given' } };
  if (state === 'pruned' && values.length === 0) return { state, ...facts };
  const flaw = flawOf(values, state === 'pruned' ? values.length : objectives);
  if (flaw) return { state: 'failed', ...facts, failure: flaw };
  return { state, value: values[0]!, ...(objectives > 1 && values.length === objectives && { values }), ...facts };
}

function flawOf(values: readonly number[], expected: number): Failure | undefined {
  if (values.length === 0) return { cause: 'error', message: 'the trial ended without a value' };
  if (values.length !== expected)
    return { cause: 'error', message: `the trial ended with ${values.length} of ${expected} values` };
  if (values.every(value => Number.isFinite(value))) return undefined;
  return {
    cause: 'nan',
    message: values.length === 1 ? `the value was ${values[0]}` : `the values were ${values.join(', ')}`,
  };
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
