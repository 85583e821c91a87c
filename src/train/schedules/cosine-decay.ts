/**
 * Cosine decay: half a wave from 1 down to alpha: factor = alpha + (1 - alpha) (1 + cos(pi x)) / 2, where x is the share
 * of the epochs that is done. Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983. Keras: CosineDecay.
 */
import { z } from 'zod';
import { decayEpochsKnob, endKnob } from './knobs.ts';
import { schedule } from './schedule.ts';

export const cosineDecay = schedule({
  name: 'cosineDecay',
  summary: 'half a cosine wave down, slow at both ends',
  paper: 'https://arxiv.org/abs/1608.03983',
  shorthand: 'alpha',
  knobs: z.strictObject({ alpha: endKnob('at the end'), decayEpochs: decayEpochsKnob() }),
  factor: ({ alpha, decayEpochs }, { epoch, epochs }) =>
    cosineFrom(1, alpha, Math.min(1, (epoch - 1) / (decayEpochs ?? epochs))),
});

/** Half a cosine wave from one value to another. */
export function cosineFrom(start: number, end: number, done: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * done))) / 2;
}
