/** Several pruners at once: a trial is stopped when any of them says so. A list in a space file means this one. */
import { z } from 'zod';
import { pruner } from './pruner.ts';
import { prunerKnob } from './pruner-knob.ts';

export const any = pruner({
  name: 'any',
  summary: 'several pruners: trials that one of them would stop are stopped',
  knobs: z.strictObject({ pruners: z.array(prunerKnob()).min(1).describe('the pruners') }),
  shorthand: 'pruners',
  isList: true,
  create({ pruners }, direction) {
    const all = pruners.map(({ technique, knobs }) => technique.create(knobs, direction));
    return {
      judge(trial, history) {
        const verdicts = all.map(one => one.judge(trial, history));
        return (['stop', 'pause'] as const).find(word => verdicts.includes(word)) ?? 'continue';
      },
    };
  },
});
