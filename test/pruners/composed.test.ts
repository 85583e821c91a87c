/** Lists of pruners, pruners inside others, and the metric they read. */
import { describe, expect, test } from 'vitest';
import { check } from '../../src/space/issues.ts';
import type { Json } from '../../src/space/space.ts';
import { nameOf } from '../../src/space/chosen-name.ts';
import { createStudy } from '../../src/tune/create-study.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import { prunerKnob } from '../../src/pruners/pruner-knob.ts';
import type { Direction } from '../../src/study/ports.ts';
import type { Trial, Verdict } from '../../src/study/trial.ts';

/** What a pruner of a space file says to one measurement of a study's first trial. */
function verdict(choice: Json, value: number, metrics = {}, direction: Direction = 'minimize'): Verdict {
  const { data } = check(prunerKnob(), choice);
  const curve = [{ step: 1, value, metrics }];
  const trial: Trial = { id: 0, state: 'running', attempt: 1, config: {}, curve, startedAt: '' };
  return data!.technique.create(data!.knobs, direction).judge(trial, [trial]);
}

const upper = (limit: number): Json => ({ threshold: { upper: limit } });

describe('a list of pruners', () => {
  test('stops a trial when one of them would', () => {
    expect(verdict(['median', upper(1)], 2)).toBe('stop');
    expect(verdict([upper(1), 'none'], 2)).toBe('stop');
    expect(verdict(['median', upper(1)], 0)).toBe('continue');
  });

  test('has the names of all', () => {
    expect(nameOf(check(prunerKnob(), ['median', upper(1)]).data!)).toBe('median or threshold');
    expect(nameOf(check(prunerKnob(), 'median').data!)).toBe('median');
  });

  test('is told what is wrong with one, and where', () => {
    const [finding] = check(prunerKnob(), ['median', { threshold: { uper: 1, lower: 0 } }]).findings;
    expect(finding!.path).toEqual([1, 'threshold', 'uper']);
  });

  test('may be given in code', async () => {
    const space = defineSpace({ x: { type: 'float', low: 0, high: 1 } });
    const study = await createStudy({ space, pruner: ['none', { threshold: { upper: 1 } }] });
    const trial = await study.ask();
    expect(await study.report(trial!.id, { step: 1, value: 0.5 })).toBe('continue');
    expect(await study.report(trial!.id, { step: 2, value: 1.5 })).toBe('stop');
  });
});

describe('a threshold', () => {
  test('is one of the values that users see, also where the study maximizes', () => {
    // Pruners see losses: an accuracy of 0.3 as -0.3.
    const atLeast = { threshold: { lower: 0.5 } };
    expect(verdict(atLeast, -0.3, {}, 'maximize')).toBe('stop');
    expect(verdict(atLeast, -0.6, {}, 'maximize')).toBe('continue');
  });

  test('needs a bound, and an order of both', () => {
    expect(check(prunerKnob(), 'threshold').findings).toHaveLength(1);
    expect(check(prunerKnob(), { threshold: { lower: 2, upper: 1 } }).findings).toHaveLength(1);
  });
});

describe('"metric"', () => {
  const accuracy = { threshold: { lower: 0.5, metric: 'valAccuracy' } };

  test('names what any pruner reads in place of the value, whatever the study', () => {
    for (const direction of ['minimize', 'maximize'] as const) {
      expect(verdict(accuracy, 0, { valAccuracy: 0.4 }, direction)).toBe('stop');
      expect(verdict(accuracy, 0, { valAccuracy: 0.6 }, direction)).toBe('continue');
    }
    expect(verdict({ patient: { pruner: accuracy } }, 0, { valAccuracy: 0.4 })).toBe('continue');
    expect(verdict({ any: { pruners: [accuracy, 'median'] } }, 0, { valAccuracy: 0.4 })).toBe('stop');
  });

  test('grows for accuracies, falls for others, or does what "goal" says', () => {
    const best = (metric: string, goal?: Direction): Verdict => {
      const { data } = check(prunerKnob(), { asha: { minResource: 1, metric, ...(goal && { goal }) } });
      const trial = (id: number, value: number): Trial => ({
        id,
        state: 'running',
        attempt: 1,
        config: {},
        startedAt: '',
        curve: [{ step: 1, value: 0, metrics: { [metric]: value } }],
      });
      return data!.technique.create(data!.knobs).judge(trial(1, 0.9), [trial(0, 0.5), trial(1, 0.9)]);
    };
    expect(best('valAccuracy')).toBe('continue');
    expect(best('seconds')).toBe('stop');
    expect(best('reward', 'maximize')).toBe('continue');
  });

  test('says nothing of a measurement without it', () => {
    expect(verdict(accuracy, 0, { valMse: 3 })).toBe('continue');
  });
});
