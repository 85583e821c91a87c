/** What a training tells of its tuned values: where they were in which step, where they are kept, how often it went back. */
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../../src/train/hypergradient/learned-schedule.ts';
import { createTrail } from '../../../src/train/hypergradient/trail.ts';
import { hypergradientKnob, type TunedParameter, type Tuning } from '../../../src/train/hypergradient/tuning.ts';
import { buildProgram } from '../../../src/train/program.ts';
import { modelSection, trainSection } from '../../../src/train/sections.ts';

const parameters: readonly TunedParameter[] = [
  { name: 'lr', hyper: ['optimizer.learningRate'], coordinate: { scale: 'log', low: 1e-4, high: 1 } },
  { name: 'decay', hyper: ['l2'], coordinate: { scale: 'log', low: 1e-6, high: 1e-2 } },
];

function trailOf(knobs: object = {}, mode: Tuning['mode'] = 'online', steps = 200) {
  const program = buildProgram(
    { task: 'regression', inputShape: [3], targetSize: 1 },
    modelSection.parse({ layers: [] }),
    trainSection.parse({ optimizer: { sgd: 0.01 }, l2: 1e-4 }),
  );
  const tuning: Tuning = { mode, parameters, knobs: hypergradientKnob.parse({ every: 10, ...knobs }) };
  return createTrail(tuning, program, { steps, stepsPerEpoch: 25 });
}

describe('a trail', () => {
  it('that goes nowhere has the values of the program', () => {
    const { schedule, values, rollbacks, estimator, hypergradient } = trailOf().learned();
    expect(schedule).toMatchObject({ every: 10, stepsPerEpoch: 25 });
    expect(Object.keys(schedule.values)).toEqual(['lr', 'decay']);
    for (const found of [values['lr'], ...schedule.values['lr']!]) expect(found).toBeCloseTo(0.01, 12);
    expect(values['decay']).toBeCloseTo(1e-4, 12);
    expect([rollbacks, estimator, hypergradient]).toEqual([0, 'forward', undefined]);
  });

  it('has the value of each stretch of steps', () => {
    const trail = trailOf();
    const lrs = [10, 20, 30].map(() => {
      const { lr } = trail.learned().values;
      trail.advance(10);
      trail.follow([1, -1]);
      return lr!;
    });
    const { schedule } = trail.learned();
    expect(trail.step).toBe(30);
    expect(schedule.values['lr']).toEqual(lrs);
    expect(lrs[2]).toBeLessThan(lrs[1]!);
    expect(valueAt(schedule, 'lr', 10)).toBe(lrs[0]);
    expect(valueAt(schedule, 'lr', 11)).toBe(lrs[1]);
    expect(schedule.values['decay']![2]).toBeGreaterThan(schedule.values['decay']![1]!);
  });

  it('counts only the steps that went well', () => {
    const trail = trailOf();
    trail.advance(10);
    const safe = { step: trail.step, phi: trail.phi };
    trail.follow([-1, -1]);
    trail.advance(10);
    trail.follow([-1, -1]);
    trail.retreat(safe, 1);
    expect(trail.step).toBe(10);
    const careful = trail.learned().values['lr']!;
    expect(careful).toBeLessThan(0.01);
    trail.advance(10);
    const { schedule, rollbacks } = trail.learned();
    expect(rollbacks).toBe(1);
    expect(schedule.values['lr']).toHaveLength(2);
    expect(schedule.values['lr']![0]).toBeCloseTo(0.01, 12);
    expect(schedule.values['lr']![1]).toBe(careful);
  });

  it('tells the values that are kept, and how they would have moved', () => {
    const trail = trailOf();
    trail.remember();
    const kept = trail.learned().values;
    trail.advance(10);
    trail.follow([1, 1]);
    expect(trail.learned().values).toEqual(kept);
    expect(trail.learned()).not.toHaveProperty('hypergradient');
    trail.remember([0.5, -2]);
    expect(trail.learned().values).not.toEqual(kept);
    expect(trail.learned().hypergradient).toEqual({ lr: 0.5, decay: -2 });
  });

  it('goes no further in a training than its knob says', () => {
    const trail = trailOf({ travel: 0.1 });
    for (let at = 0; at < 200; at += 10) {
      trail.advance(10);
      trail.follow([-1, 1]);
    }
    const { lr, decay } = trail.learned().values;
    // A tenth of four decades each.
    expect(Math.log10(lr! / 0.01)).toBeLessThanOrEqual(0.4 + 1e-9);
    expect(Math.log10(lr! / 0.01)).toBeGreaterThan(0.1);
    expect(Math.log10(decay! / 1e-4)).toBeGreaterThanOrEqual(-0.4 - 1e-9);
  });

  it.each([
    ['restart', 'forward', 200, 'restart'],
    ['online', 'neumann', 200, 'neumann'],
    ['online', 'forward', 20_000, 'forward'],
    ['online', 'auto', 200, 'forward'],
    ['online', 'auto', 20_000, 'neumann'],
  ] as const)('that is %s with %s over %i steps is estimated by %s', (mode, estimator, steps, expected) => {
    expect(trailOf({ estimator }, mode, steps).estimator).toBe(expected);
  });
});
