/** Events as the JSON that a database keeps: numbers that JSON lacks go by their names, where an event may have them. */
import type { StudyEvent, TrialMeasured } from '../../study/events.ts';
import type { Measurement } from '../../study/trial.ts';
import { storedNumber } from '../journal-line.ts';

export function textOfEvent(event: StudyEvent): string {
  return JSON.stringify(event.type === 'trial-measured' ? { ...event, measurement: stored(event.measurement) } : event);
}

/** @param body as the database gives it back */
export function eventOfBody(body: unknown): StudyEvent {
  const event = body as Exclude<StudyEvent, TrialMeasured> | StoredMeasured;
  return event.type === 'trial-measured' ? { ...event, measurement: numbers(event.measurement) } : event;
}

interface StoredMeasured extends Omit<TrialMeasured, 'measurement'> {
  readonly measurement: ReturnType<typeof stored>;
}

function stored({ value, metrics, ...rest }: Measurement) {
  return { ...rest, value: storedNumber(value), ...(metrics && { metrics: mapValues(metrics, storedNumber) }) };
}

function numbers({ value, metrics, ...rest }: ReturnType<typeof stored>): Measurement {
  return { ...rest, value: Number(value), ...(metrics && { metrics: mapValues(metrics, Number) }) };
}

export function mapValues<A, B>(values: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
