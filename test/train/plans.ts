/** Layers alone, without a program around them. */
import { expect } from 'vitest';
import { pack } from '../../src/backend/graph/packed.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import type { LayerPlan } from '../../src/train/layers/layer.ts';
import { sequence } from '../../src/train/layers/sequence.ts';
import { modelSection } from '../../src/train/sections.ts';

export function planOf(layers: readonly Json[], input: readonly number[]): LayerPlan {
  return sequence(modelSection.parse({ layers }).layers, input);
}

export function hyperOf({ hyper }: LayerPlan): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(hyper).map(([name, value]) => [name, tf.scalar(value)]));
}

export function packed(plan: LayerPlan, weights: readonly Tensor[], statistics: readonly Tensor[]) {
  expect([weights.length, statistics.length]).toEqual([plan.weights.length, plan.statistics.length]);
  return { weights: pack([...weights]), statistics: pack([...statistics]) };
}
