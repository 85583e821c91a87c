/**
 * Growing: a shallow network trains first, and every few epochs each stack gets one more repetition, until it has all its
 * `times`. Layers that are there keep what they have learned; new ones start as their initializer says. Bengio et al. 2006
 * (greedy layer-wise training), https://papers.nips.cc/paper/3048.
 */
import { z } from 'zod';
import type { ModelSection } from './sections.ts';

export const growKnob = z
  .strictObject({
    from: z.int().min(0).max(100).default(1).describe('repetitions of each stack at the start'),
    every: z.int().min(1).max(100_000).default(5).describe('epochs until each stack gets one more'),
  })
  .optional()
  .describe(
    'train shallow and add layers: every `stack` starts with a few repetitions and grows to its `times` (https://papers.nips.cc/paper/3048)',
  );

export type Grow = z.infer<typeof growKnob>;

/** Epochs in which layers are added. */
export function growths({ layers }: ModelSection, grow: Grow): number[] {
  if (!grow) return [];
  const deepest = Math.max(0, ...layers.map(({ technique, knobs }) => (technique.name === 'stack' ? knobs.times : 0)));
  return Array.from({ length: Math.max(0, deepest - grow.from) }, (_, stage) => (stage + 1) * grow.every + 1);
}

/** The model as it is in an epoch, counted from 1. */
export function grownIn(model: ModelSection, grow: Grow, epoch: number): ModelSection {
  if (!grow) return model;
  const times = grow.from + Math.floor((epoch - 1) / grow.every);
  const layers = model.layers.map(chosen =>
    chosen.technique.name === 'stack'
      ? { ...chosen, knobs: { ...chosen.knobs, times: Math.min(chosen.knobs.times, times) } }
      : chosen,
  );
  return { ...model, layers };
}
