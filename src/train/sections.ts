/** The "model" and "train" sections of space.json, put together from the techniques. */
import { z } from 'zod';
import { chooseOne } from '../space/technique.ts';
import { clippings } from './clipping/index.ts';
import type { Clipping } from './clipping/clipping.ts';
import { earlyStoppingKnob } from './early-stopping.ts';
import { layers } from './layers/index.ts';
import type { Layer } from './layers/layer.ts';
import { losses } from './losses/index.ts';
import type { Loss } from './losses/loss.ts';
import { optimizers } from './optimizers/index.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { regularizers } from './regularizers/index.ts';
import { coefficientKnob } from './regularizers/regularizer.ts';

export const modelSection = z.strictObject({
  layers: z
    .array(chooseOne('layer', (): Record<string, Layer> => layers))
    .max(1000)
    .describe('layers from the input on; the output layer is added: one unit per class or target value'),
});

export const trainSection = z.strictObject({
  optimizer: chooseOne('optimizer', (): Record<string, Optimizer> => optimizers)
    .prefault('adam')
    .describe('how weights follow their gradients'),
  loss: chooseOne('loss', (): Record<string, Loss> => losses)
    .optional()
    .describe('what training minimizes; default: softmaxCrossEntropy for classes, meanSquaredError for values'),
  batchSize: z
    .int()
    .min(1)
    .max(65_536)
    .default(32)
    .describe('examples per step; the last batch of an epoch may be smaller'),
  epochs: z.int().min(1).max(100_000).default(20).describe('passes over the training examples at most'),
  earlyStopping: earlyStoppingKnob,
  l1: coefficientKnob(regularizers.l1),
  l2: coefficientKnob(regularizers.l2),
  clipping: chooseOne('clipping', (): Record<string, Clipping> => clippings)
    .optional()
    .describe('keeps gradients from growing too large; default: no clipping'),
});

export type ModelSection = z.infer<typeof modelSection>;
export type TrainSection = z.infer<typeof trainSection>;
