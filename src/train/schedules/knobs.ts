/** Knobs that several schedules share. */
import { z } from 'zod';

export function decayEpochsKnob() {
  return z.int().min(1).max(100_000).optional().describe('epochs until the decay has ended; default: all epochs');
}

export function endKnob(name: string, standard = 0) {
  return z.number().min(0).max(1).default(standard).describe(`share of the learning rate ${name}`);
}
