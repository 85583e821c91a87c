/** Layers that do not train, for good or for the first epochs: fine-tuning that thaws a network from its head down. */
import { z } from 'zod';

const pattern = z.string().min(1);

export const freezeKnob = z
  .array(
    z.union([
      pattern,
      z.strictObject({
        layers: pattern.describe('name of a layer, in which "*" stands for any text'),
        epochs: z.int().min(1).max(100_000).describe('epochs after which they train'),
      }),
    ]),
  )
  .default([])
  .describe(
    'layers that keep their first values: ["0.conv2d", "block*"]; { "layers": "block*", "epochs": 5 } for the first epochs (https://arxiv.org/abs/1801.06146)',
  );

export type Freeze = z.infer<typeof freezeKnob>;

/** Patterns that hold in an epoch, counted from 1. */
export function frozenIn(freeze: Freeze, epoch: number): string[] {
  return freeze.flatMap(entry => {
    if (typeof entry === 'string') return [entry];
    return epoch <= entry.epochs ? [entry.layers] : [];
  });
}

/** Epochs in which layers begin to train. */
export function thaws(freeze: Freeze): number[] {
  return freeze.flatMap(entry => (typeof entry === 'string' ? [] : [entry.epochs + 1]));
}
