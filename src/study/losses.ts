/** Values as losses: whatever the study's direction, samplers and pruners see numbers that should be small. */
import type { StudyEvent } from './events.ts';
import type { Direction } from './ports.ts';

/** The value itself, or its negation when the study maximizes. */
export function lossOf(value: number, direction: Direction): number {
  return direction === 'minimize' ? value : 0 - value;
}

/** The same event of a study that minimizes losses. */
export function eventOfLosses(event: StudyEvent, direction: Direction): StudyEvent {
  if (direction === 'minimize') return event;
  if (event.type === 'trial-measured') {
    const { measurement } = event;
    return { ...event, measurement: { ...measurement, value: lossOf(measurement.value, direction) } };
  }
  if (event.type !== 'trial-finished' || event.result.value === undefined) return event;
  return { ...event, result: { ...event.result, value: lossOf(event.result.value, direction) } };
}
