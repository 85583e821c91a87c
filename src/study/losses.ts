/** Values as losses: whatever the study's directions, samplers and pruners see numbers that should be small. */
import type { StudyEvent } from './events.ts';
import { withLateCurves } from './late-curves.ts';
import type { Direction } from './ports.ts';
import type { Measurement, Trial, TrialResult } from './trial.ts';

/** The value itself, or its negation when the study maximizes. */
export function lossOf(value: number, direction: Direction): number {
  return direction === 'minimize' ? value : 0 - value;
}

/** Of a complete trial, one for each objective. */
export function lossesOf(result: Pick<TrialResult, 'value' | 'values'>, directions: readonly Direction[]): number[] {
  const { value, values = [value!] } = result;
  return directions.map((direction, objective) => lossOf(values[objective]!, direction));
}

/** The same event of a study that minimizes losses. */
export function eventOfLosses(event: StudyEvent, directions: readonly Direction[]): StudyEvent {
  if (directions.every(direction => direction === 'minimize')) return event;
  if (event.type === 'trial-measured')
    return { ...event, measurement: measurementOfLosses(event.measurement, directions[0]!) };
  if (event.type !== 'trial-finished' || event.result.value === undefined) return event;
  const { result } = event;
  const value = lossOf(event.result.value, directions[0]!);
  return { ...event, result: { ...result, value, ...(result.values && { values: lossesOf(result, directions) }) } };
}

/** The same trials of a study that minimizes losses. */
export function trialsOfLosses(trials: readonly Trial[], directions: readonly Direction[]): readonly Trial[] {
  if (directions.every(direction => direction === 'minimize')) return trials;
  return withLateCurves(
    trials,
    id => trials[id]!.curve.map(measurement => measurementOfLosses(measurement, directions[0]!)),
    ({ value, values }) => ({
      ...(value !== undefined && { value: lossOf(value, directions[0]!) }),
      ...(values && { values: lossesOf({ values }, directions) }),
    }),
  );
}

/** The same trial of a study that minimizes losses, its first objective's. */
export function trialOfLosses(trial: Trial, direction: Direction): Trial {
  const { value } = trial;
  const curve = trial.curve.map(measurement => measurementOfLosses(measurement, direction));
  return { ...trial, curve, ...(value !== undefined && { value: lossOf(value, direction) }) };
}

function measurementOfLosses(measurement: Measurement, direction: Direction): Measurement {
  return { ...measurement, value: lossOf(measurement.value, direction) };
}
