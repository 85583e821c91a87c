/** Polynomial decay: factor = end + (1 - end) (1 - x)^power, where x is the share of the epochs that is done. Keras: PolynomialDecay. */
import { z } from 'zod';
import { decayEpochsKnob, endKnob } from './knobs.ts';
import { schedule } from './schedule.ts';

export const polynomialDecay = schedule({
  name: 'polynomialDecay',
  summary: 'a straight line down, or a power of it',
  paper: 'https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/',
  shorthand: 'power',
  knobs: z.strictObject({
    power: z.number().positive().max(10).default(1).describe('1: a straight line; above: steep at first'),
    end: endKnob('at the end'),
    decayEpochs: decayEpochsKnob(),
  }),
  factor: ({ power, end, decayEpochs }, { epoch, epochs }) =>
    end + (1 - end) * (1 - Math.min(1, (epoch - 1) / (decayEpochs ?? epochs))) ** power,
});
