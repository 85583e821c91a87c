/**
 * Cosine decay with warm restarts (SGDR): one decay after the other, each tMul times as long as the one before, from mMul
 * times its height. Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983. Keras: CosineDecayRestarts.
 */
import { z } from 'zod';
import { cosineFrom } from './cosine-decay.ts';
import { endKnob } from './knobs.ts';
import { schedule } from './schedule.ts';

export const cosineDecayRestarts = schedule({
  name: 'cosineDecayRestarts',
  summary: 'cosine decay that starts again and again',
  paper: 'https://arxiv.org/abs/1608.03983',
  shorthand: 'firstDecayEpochs',
  knobs: z.strictObject({
    firstDecayEpochs: z.int().min(1).max(100_000).default(10).describe('epochs of the first decay'),
    tMul: z.number().min(1).max(100).default(2).describe('each decay is so many times as long as the one before'),
    mMul: z.number().positive().max(1).default(1).describe('each decay starts from this share of the one before'),
    alpha: endKnob('at the end of each decay'),
  }),
  factor({ firstDecayEpochs, tMul, mMul, alpha }, { epoch }) {
    let [done, length, height] = [epoch - 1, firstDecayEpochs, 1];
    while (done >= length) [done, length, height] = [done - length, length * tMul, height * mMul];
    return alpha + (1 - alpha) * height * cosineFrom(1, 0, done / length);
  },
});
