/** The "model" and "train" sections of space.json, put together from the techniques. */
import { z } from 'zod';
import { chooseOne } from '../space/technique.ts';
import type { Augmentation } from './augment/augmentation.ts';
import { augmentations } from './augment/index.ts';
import { classWeightsKnob } from './class-weights.ts';
import { clippings } from './clipping/index.ts';
import type { Clipping } from './clipping/clipping.ts';
import type { Constraint } from './constraints/constraint.ts';
import { constraints } from './constraints/index.ts';
import { earlyStoppingKnob } from './early-stopping.ts';
import { freezeKnob } from './freeze.ts';
import { growKnob } from './grow.ts';
import { hypergradientKnob } from './hypergradient/tuning.ts';
import { layers } from './layers/index.ts';
import type { Layer } from './layers/layer.ts';
import { learningRatesKnob } from './learning-rates.ts';
import { losses } from './losses/index.ts';
import type { Loss } from './losses/loss.ts';
import { optimizers } from './optimizers/index.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { regularizers } from './regularizers/index.ts';
import { coefficientKnob } from './regularizers/regularizer.ts';
import { weightDecayKnob } from './regularizers/weight-decay.ts';
import { schedules } from './schedules/index.ts';
import type { Schedule } from './schedules/schedule.ts';
import { transferKnob } from './transfer/transfer.ts';

export const modelSection = z.strictObject({
  layers: z
    .array(chooseOne('layer', (): Record<string, Layer> => layers))
    .max(1000)
    .describe('layers from the input on; the output layer is added: one unit per class or target value'),
  output: z
    .enum(['dense', 'none'])
    .default('dense')
    .describe(
      '"dense": a dense layer is added, one unit per class or target value; "none": what the layers put out, flattened, is the prediction, as images from images',
    ),
  maxParameters: z
    .int()
    .min(1)
    .optional()
    .describe('weights at most: configurations with more are infeasible; default: no limit'),
  maxFlops: z.int().min(1).optional().describe('floating point operations for one example at most; default: no limit'),
});

export const trainSection = z.strictObject({
  optimizer: chooseOne('optimizer', (): Record<string, Optimizer> => optimizers)
    .prefault('adam')
    .describe('how weights follow their gradients'),
  schedule: chooseOne('schedule', (): Record<string, Schedule> => schedules)
    .optional()
    .describe('share of the learning rate in each epoch; default: all of it'),
  loss: chooseOne('loss', (): Record<string, Loss> => losses)
    .optional()
    .describe('what training minimizes; default: softmaxCrossEntropy for classes, meanSquaredError for values'),
  classWeights: classWeightsKnob,
  augment: z
    .array(chooseOne('augmentation', (): Record<string, Augmentation> => augmentations))
    .default([])
    .describe('changes of the training examples, new in every step, in this order'),
  batchSize: z
    .int()
    .min(1)
    .max(65_536)
    .default(32)
    .describe('examples per step; the last batch of an epoch may be smaller'),
  lastBatch: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe('what happens to the examples of an epoch that fill no whole batch'),
  epochs: z.int().min(1).max(100_000).default(20).describe('passes over the training examples at most'),
  earlyStopping: earlyStoppingKnob,
  l1: coefficientKnob(regularizers.l1),
  l2: coefficientKnob(regularizers.l2),
  weightDecay: weightDecayKnob,
  constraint: chooseOne('constraint', (): Record<string, Constraint> => constraints)
    .optional()
    .describe('bound on each kernel after every step; default: none'),
  clipping: chooseOne('clipping', (): Record<string, Clipping> => clippings)
    .optional()
    .describe('keeps gradients from growing too large; default: no clipping'),
  freeze: freezeKnob,
  grow: growKnob,
  learningRates: learningRatesKnob,
  transfer: transferKnob,
  hypergradient: hypergradientKnob,
});

export type ModelSection = z.infer<typeof modelSection>;
export type TrainSection = z.infer<typeof trainSection>;
