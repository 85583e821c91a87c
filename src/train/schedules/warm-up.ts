/**
 * Warm-up: the first epochs rise in a straight line from a small share to the whole learning rate, where another schedule
 * goes on as if it began there. Goyal et al. 2017, https://arxiv.org/abs/1706.02677. PyTorch: SequentialLR of LinearLR
 * and the other.
 */
import { z } from 'zod';
import { chooseOne } from '../../space/technique.ts';
import { endKnob } from './knobs.ts';
import { schedules } from './index.ts';
import { schedule, type Schedule } from './schedule.ts';

export const warmUp: Schedule = schedule({
  name: 'warmUp',
  summary: 'rises in a straight line over the first epochs; another schedule may follow',
  paper: 'https://arxiv.org/abs/1706.02677',
  shorthand: 'epochs',
  knobs: z.strictObject({
    epochs: z.int().min(1).max(100_000).default(5).describe('epochs before the whole learning rate'),
    from: endKnob('in the first epoch', 0.1),
    next: chooseOne('schedule', (): Record<string, Schedule> => schedules)
      .optional()
      .describe('what follows; default: the whole learning rate'),
  }),
  factor({ epochs: rising, from, next }, { epoch, epochs, losses }) {
    if (epoch <= rising) return from + ((1 - from) * (epoch - 1)) / rising;
    if (!next) return 1;
    const rest = { epoch: epoch - rising, epochs: epochs - rising, losses: losses.slice(rising) };
    return next.technique.factor(next.knobs, rest);
  },
});
