/**
 * Adam with decoupled weight decay: w <- w (1 - lr weightDecay) for kernels, then a step of Adam with the gradient as it
 * was. Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101. Keras: AdamW.
 */
import { z } from 'zod';
import { decay } from '../regularizers/weight-decay.ts';
import { adam } from './adam.ts';
import { momentKnobNames, momentKnobs } from './moments.ts';
import { needed, optimizer } from './optimizer.ts';

export const adamw = optimizer({
  name: 'adamw',
  summary: 'Adam, with weight decay that goes around its averages',
  paper: 'https://arxiv.org/abs/1711.05101',
  shorthand: 'learningRate',
  knobs: z.strictObject({
    ...momentKnobs,
    weightDecay: z
      .number()
      .min(0)
      .max(10)
      .default(0.004)
      .describe('share of the kernels, times the learning rate, that each step takes off'),
  }),
  slots: { m: 0, v: 0 },
  continuous: [...momentKnobNames, 'weightDecay'],
  update(update) {
    const { weight, hyper } = update;
    const decays = needed('adamw', update, 'decays')();
    return adam.update({ ...update, weight: decay(weight, decays, hyper['learningRate']!, hyper['weightDecay']!) });
  },
});
