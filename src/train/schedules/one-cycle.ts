/**
 * One cycle: up to the learning rate, then down to almost nothing, both as half a cosine wave. Smith & Topin 2018,
 * https://arxiv.org/abs/1708.07120. PyTorch: OneCycleLR(cycle_momentum=False), with epochs for steps.
 */
import { z } from 'zod';
import { cosineFrom } from './cosine-decay.ts';
import { schedule } from './schedule.ts';

export const oneCycle = schedule({
  name: 'oneCycle',
  summary: 'up to the learning rate, then down to almost nothing',
  paper: 'https://arxiv.org/abs/1708.07120',
  shorthand: 'rise',
  knobs: z.strictObject({
    rise: z.number().min(0).lt(1).default(0.3).describe('share of the epochs in which the learning rate rises'),
    divFactor: z.number().min(1).max(1e6).default(25).describe('the learning rate over the one at the start'),
    finalDivFactor: z
      .number()
      .min(1)
      .max(1e9)
      .default(1e4)
      .describe('the learning rate at the start over the one at the end'),
  }),
  factor({ rise, divFactor, finalDivFactor }, { epoch, epochs }) {
    const [done, last] = [epoch - 1, epochs - 1];
    const top = Math.max(0, rise * epochs - 1);
    const start = 1 / divFactor;
    return done < top
      ? cosineFrom(start, 1, done / top)
      : cosineFrom(1, start / finalDivFactor, (done - top) / Math.max(1, last - top));
  },
});
