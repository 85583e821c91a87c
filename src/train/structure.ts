/**
 * What of a program decides the ops of its steps: every choice and every knob but the continuous ones, which are inputs
 * of the graph. Programs of the same structure share their graphs.
 */
import type { Chosen } from '../space/technique.ts';

export function structureOf(program: unknown): string {
  return JSON.stringify(program, (_, value: unknown) => (isChosen(value) ? choice(value) : value));
}

/** The continuous knobs of a technique by name. */
export function continuousKnobs({ technique, knobs }: Chosen): Record<string, number> {
  return Object.fromEntries((technique.continuous ?? []).map(name => [name, (knobs as Knobs)[name] as number]));
}

type Knobs = Readonly<Record<string, unknown>>;

function isChosen(value: unknown): value is Chosen {
  return typeof value === 'object' && value !== null && 'technique' in value && 'knobs' in value;
}

function choice({ technique, knobs }: Chosen): unknown {
  const continuous: readonly string[] = technique.continuous ?? [];
  const fixed = Object.entries(knobs as Knobs).filter(([name]) => !continuous.includes(name));
  return [technique.name, Object.fromEntries(fixed)];
}
