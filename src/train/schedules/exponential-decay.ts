/** Exponential decay: factor = rate^(epochs done / every). Keras: ExponentialDecay, with epochs for steps. */
import { z } from 'zod';
import { schedule } from './schedule.ts';

export const exponentialDecay = schedule({
  name: 'exponentialDecay',
  summary: 'the same share is left after every epoch',
  paper: 'https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/',
  shorthand: 'rate',
  knobs: z.strictObject({
    rate: z.number().positive().max(1).default(0.95).describe('share that is left after `every` epochs'),
    every: z.int().min(1).max(100_000).default(1).describe('epochs in which the share is lost'),
  }),
  factor: ({ rate, every }, { epoch }) => rate ** ((epoch - 1) / every),
});
