/** Knobs that several optimizers share. */
import { z } from 'zod';

export function learningRateKnob(standard: number) {
  return z.number().positive().max(100).default(standard).describe('step size');
}

/** The share of an exponential moving average that stays at each step. */
export function decayKnob(standard: number, of: string) {
  return z.number().min(0).lt(1).default(standard).describe(`share of the old average of ${of} that stays`);
}

export function epsilonKnob(standard = 1e-7) {
  return z.number().positive().max(1).default(standard).describe('keeps the division away from zero');
}
