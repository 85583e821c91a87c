/** Step decay: factor = rate^floor(epochs done / every). PyTorch: StepLR. */
import { z } from 'zod';
import { schedule } from './schedule.ts';

export const stepDecay = schedule({
  name: 'stepDecay',
  summary: 'drops to a share of itself every few epochs',
  paper: 'He et al. 2016, section 3.4, https://arxiv.org/abs/1512.03385',
  shorthand: 'rate',
  knobs: z.strictObject({
    rate: z.number().positive().max(1).default(0.1).describe('share that is left after each drop'),
    every: z.int().min(1).max(100_000).default(10).describe('epochs from drop to drop'),
  }),
  factor: ({ rate, every }, { epoch }) => rate ** Math.floor((epoch - 1) / every),
});
