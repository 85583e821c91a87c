/**
 * What of a program decides the ops of its steps: every choice and every knob but the continuous ones, which are inputs
 * of the graph. Programs of the same structure share their graphs.
 */
import type { Chosen } from '../space/technique.ts';

export function structureOf(program: unknown): string {
  return JSON.stringify(program, (_, value: unknown) => (isChosen(value) ? choice(value) : value));
}

/** The continuous knobs of a technique by name, those that are left out apart. */
export function continuousKnobs({ technique, knobs }: Chosen): Record<string, number> {
  const given = (technique.continuous ?? []).map(name => [name, (knobs as Knobs)[name]] as const);
  return Object.fromEntries(given.filter((knob): knob is readonly [string, number] => knob[1] !== undefined));
}

type Knobs = Readonly<Record<string, unknown>>;

export function isChosen(value: unknown): value is Chosen {
  return typeof value === 'object' && value !== null && 'technique' in value && 'knobs' in value;
}

function choice({ technique, knobs }: Chosen): unknown {
  const continuous: readonly string[] = technique.continuous ?? [];
  // Whether an optional one is there at all decides the ops.
  const fixed = Object.entries(knobs as Knobs).map(([name, value]) =>
    continuous.includes(name) && value !== undefined ? [name] : [name, value],
  );
  return [technique.name, fixed];
}
