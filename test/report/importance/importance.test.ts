import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importanceOf, type Importance } from '../../../src/report/importance/importance.ts';
import type { Config, Space } from '../../../src/space/space.ts';
import { bestTrial } from '../../../src/study/best-trial.ts';
import type { Direction } from '../../../src/study/ports.ts';
import type { Trial } from '../../../src/study/trial.ts';
import { conditionalSpace as conditional } from '../../space/arbitrary.ts';
import { conditionalLoss, conditionalSpace, goldenStudy, randomTrials, trialsOf, unitParams } from './studies.ts';

function importance(space: Space, trials: readonly Trial[], direction: Direction = 'minimize'): Importance {
  return importanceOf({ space, trials, direction, seed: 1, best: bestTrial(trials, direction) ?? trials[0]! });
}

const three: Space = { params: unitParams('a', 'b', 'c'), constraints: [] };

const number = (config: Config, name: string): number => config[name] as number;

/** Every number in it, however deep. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe('around the best', () => {
  // b matters everywhere but where a is high, and a is high at the best.
  const trials = randomTrials(three, 300, config =>
    number(config, 'a') < 0.5 ? 3 + 5 * number(config, 'b') : number(config, 'c') ** 2,
  );

  test('one parameter alone matters there, another one on the whole', () => {
    const { local, fanova } = importance(three, trials);
    // Far from the best, a itself: it decides on which side a configuration is.
    expect(local!.map(({ parameter }) => parameter)).toEqual(['a', 'c', 'b']);
    expect(local!.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(local!.at(-1)!.share).toBeLessThan(0.01);
    expect(fanova!.shares.map(({ parameter }) => parameter)).toEqual(['a', 'b', 'c']);
    expect(fanova!.pairs[0]!.parameters).toEqual(['a', 'b']);
  });

  test('parameters that the best configuration does not have are left out', () => {
    const { local, ablation } = importance(conditionalSpace, [
      ...randomTrials(conditionalSpace, 80, conditionalLoss),
      ...trialsOf([
        { config: { optimizer: 'sgd', lr: 0.01, momentum: 0.9, units: 60, layers: 3, norm: true }, value: -1 },
      ]).map(trial => ({ ...trial, id: 80 })),
    ]);
    expect(local!.map(({ parameter }) => parameter)).not.toContain('beta');
    expect(local!.map(({ parameter }) => parameter)).toContain('momentum');
    // The momentum comes with the optimizer that has it.
    expect(ablation!.steps.map(({ parameter }) => parameter)).toContain('optimizer');
    expect(ablation!.steps.map(({ parameter }) => parameter)).not.toContain('beta');
  });
});

describe('the ablation path', () => {
  test('has the parameters of a sum in the order of what each brings', () => {
    const weights: Readonly<Record<string, number>> = { a: 1, b: 4, c: 2 };
    const trials = randomTrials(three, 400, config =>
      Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * Math.abs(number(config, name) - 0.1), 0),
    );
    const { ablation } = importance(three, trials);
    const best = bestTrial(trials, 'minimize')!.config;
    expect(ablation!.steps.map(({ parameter, from, to }) => [parameter, from, to])).toEqual(
      ['b', 'c', 'a'].map(name => [name, 0.5, best[name]]),
    );
    const values = [ablation!.start, ...ablation!.steps].map(({ value }) => value);
    // (4 + 2 + 1) times 0.4, then less by what each brings.
    [2.8, 1.2, 0.4, 0].forEach((expected, index) => expect(Math.abs(values[index]! - expected)).toBeLessThan(0.6));
  });

  test('is empty where the defaults are the best', () => {
    const trials = trialsOf([
      { config: { a: 0.5, b: 0.5, c: 0.5 }, value: -5 },
      ...randomTrials(three, 30, config => number(config, 'a')).map(({ config, value }) => ({ config, value: value! })),
    ]);
    expect(importance(three, trials).ablation!.steps).toEqual([]);
  });
});

describe('partial dependence', () => {
  const space: Space = {
    params: [
      ...unitParams('a'),
      { name: 'mode', type: 'categorical', choices: ['x', 'y', null], default: 'x' },
      { name: 'on', type: 'boolean', default: false },
    ],
    constraints: [],
  };
  const offsets = new Map<unknown, number>([
    ['x', 1],
    ['y', 3],
    [null, 0],
  ]);
  const valueOf = (config: Config): number => 4 * number(config, 'a') + offsets.get(config['mode'])!;
  const trials = randomTrials(space, 300, valueOf);

  test('shows the effect of each parameter, choices in the order of the space', () => {
    const { partial } = importance(space, trials);
    const of = new Map(partial!.map(({ parameter, points }) => [parameter, points]));
    expect(of.get('mode')!.map(({ at }) => at)).toEqual(['x', 'y', null]);
    const [x, y, none] = of.get('mode')!.map(({ value }) => value);
    expect(Math.abs(x! - none! - 1)).toBeLessThan(0.2);
    expect(Math.abs(y! - none! - 3)).toBeLessThan(0.2);
    expect(of.get('on')!.map(({ at }) => at)).toEqual([false, true]);
    const a = of.get('a')!;
    expect([a[0]!.at, a.at(-1)!.at, a.length]).toEqual([0, 1, 20]);
    expect(Math.abs(a.at(-1)!.value - a[0]!.value - 4)).toBeLessThan(0.3);
  });

  test('of the pair that matters most has a row for each value of y', () => {
    const { pair } = importance(space, trials);
    expect(new Set([pair!.x.parameter, pair!.y.parameter])).toEqual(new Set(['a', 'mode']));
    expect(pair!.values).toHaveLength(pair!.y.at.length);
    const [columns, rows] = [pair!.x, pair!.y];
    rows.at.forEach((y, row) =>
      columns.at.forEach((x, column) => {
        const config = { [columns.parameter]: x, [rows.parameter]: y };
        expect(Math.abs(pair!.values[row]![column]! - valueOf(config))).toBeLessThan(0.5);
      }),
    );
  });

  test('is in units of the metric where that grows', () => {
    const negated = trials.map(trial => ({ ...trial, value: -trial.value! }));
    const [up, down] = [importance(space, negated, 'maximize'), importance(space, trials)];
    expect(up.ped).toEqual(down.ped);
    expect(up.fanova).toEqual(down.fanova);
    expect(up.partial![0]!.points.map(({ value }) => -value)).toEqual(
      down.partial![0]!.points.map(({ value }) => value),
    );
    expect(up.ablation!.start.value).toBe(-down.ablation!.start.value);
  });
});

describe('early values', () => {
  const withCurves = (noise: readonly number[]): readonly Trial[] =>
    trialsOf(noise.map((_, id) => ({ config: { a: id / 20, b: 0.5, c: 0.5 }, value: id }))).map((trial, id) => ({
      ...trial,
      curve: [
        { step: 1, value: noise[id]! },
        { step: 2, value: id + 0.5 },
        { step: 3, value: NaN },
        { step: 4, value: id },
      ],
    }));

  test('are compared with the final ones at each rung', () => {
    // SciPy 1.17.1: spearmanr([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], range(12))
    const { rungs } = importance(three, withCurves([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]));
    expect(rungs).toEqual([
      { step: 1, correlation: expect.closeTo(0.5265313520914635, 12), trials: 12 },
      { step: 2, correlation: expect.closeTo(1, 12), trials: 12 },
    ]);
  });

  test('that are all equal tell nothing, and nine trials are too few', () => {
    expect(importance(three, withCurves(new Array<number>(12).fill(1))).rungs!.map(({ step }) => step)).toEqual([2]);
    expect(importance(three, withCurves([1, 2, 3, 4, 5, 6, 7, 8, 9])).rungs).toBeUndefined();
  });
});

describe('what is missing', () => {
  test.each([0, 1, 9])('%i trials are too few', count => {
    const { space, trials } = goldenStudy(10);
    const found = importanceOf({
      space,
      trials: trials.slice(0, count),
      direction: 'minimize',
      seed: 1,
      best: trials[0]!,
    });
    expect(found).toEqual({ missing: `not enough trials: ${count} complete within the space, 10 needed` });
  });

  test('the best tenth of 40 trials is too few for PED-ANOVA', () => {
    const { space, trials } = goldenStudy(40);
    const found = importance(space, trials);
    expect(found.ped).toBeUndefined();
    expect(found.missing).toBe('not enough trials for PED-ANOVA: 4 in the best tenth, 5 needed');
    expect(found.fanova!.shares).toHaveLength(4);
    expect(importance(space, goldenStudy(41).trials).missing).toBeUndefined();
  });

  test('equal values, a space of constants', () => {
    const equal = randomTrials(three, 50, () => 2);
    expect(importance(three, equal)).toEqual({ missing: 'all trials have the same value' });
    const constant: Space = {
      params: [{ name: 'a', type: 'int', low: 3, high: 3, log: false, step: 1, default: 3 }],
      constraints: [],
    };
    expect(
      importance(
        constant,
        randomTrials(constant, 50, (_, noise) => noise),
      ),
    ).toEqual({
      missing: 'no parameter has more than one value',
    });
  });

  test('trials that failed, or have no finite value, do not count; a constant is left out', () => {
    const space: Space = {
      params: [...unitParams('a'), { name: 'k', type: 'categorical', choices: [1], default: 1 }],
      constraints: [],
    };
    const good = randomTrials(space, 60, config => number(config, 'a'));
    const bad = [NaN, Infinity, -Infinity, 1e200].map((value, index) => ({ ...good[index]!, id: 60 + index, value }));
    const failed: Trial = { ...good[0]!, id: 64, state: 'failed' };
    const found = importanceOf({
      space,
      trials: [...good, ...bad, failed],
      direction: 'minimize',
      seed: 1,
      best: good[0]!,
    });
    expect(found.ped).toEqual([{ parameter: 'a', share: 1 }]);
    expect(found.fanova!.shares.map(({ parameter }) => parameter)).toEqual(['a']);
    expect(found.pair).toBeUndefined();
    expect(numbersIn(found).every(Number.isFinite)).toBe(true);
  });

  test('a best trial outside of the space as it is now: nothing around it', () => {
    const trials = randomTrials(three, 60, config => number(config, 'b'));
    const narrowed: Space = {
      params: three.params.map(param => ({ ...param, low: 0.2, default: 0.5 }) as typeof param),
      constraints: [],
    };
    const best = bestTrial(trials, 'minimize')!;
    const found = importance(narrowed, trials);
    expect([found.local, found.ablation]).toEqual([undefined, undefined]);
    expect(found.missing).toContain(`nothing around trial ${best.id}, the best one`);
    expect(found.fanova!.shares[0]!.parameter).toBe('b');
  });
});

describe('whatever the study', () => {
  test('the result is the same every time, of finite numbers, shares within 0 and 1, largest first', () => {
    for (const count of [10, 45, 250]) {
      const trials = randomTrials(conditionalSpace, count, conditionalLoss, count);
      const found = importance(conditionalSpace, trials);
      expect(importance(conditionalSpace, structuredClone(trials))).toEqual(found);
      expect(numbersIn(found).every(Number.isFinite)).toBe(true);
      for (const shares of [found.ped ?? [], found.fanova!.shares, found.local!]) {
        const values = shares.map(({ share }) => share);
        expect(values).toEqual(values.toSorted((a, b) => b - a));
        expect(values.every(share => share >= 0 && share <= 1 + 1e-9)).toBe(true);
      }
    }
  });

  test('nothing in it is NaN, infinite or thrown', () => {
    const values = fc.array(fc.oneof(fc.constantFrom(0, 1, 1e12, -1e149, 1e-300), fc.double()), {
      minLength: 10,
      maxLength: 60,
    });
    fc.assert(
      fc.property(conditional, values, fc.integer({ min: 0, max: 1000 }), (space, losses, seed) => {
        const trials = randomTrials(space, losses.length, () => 0, seed).map((trial, index) => ({
          ...trial,
          value: losses[index]!,
        }));
        const found = importance(space, trials);
        expect(numbersIn(found).every(Number.isFinite)).toBe(true);
        expect(found.fanova !== undefined || found.missing !== undefined).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('a training that blew up does not hide what the others tell', () => {
    const trials = randomTrials(three, 100, config => number(config, 'b'));
    const blownUp = { ...trials[0]!, id: 100, value: 1e30 };
    const { fanova, partial } = importance(three, [...trials, blownUp]);
    expect(fanova!.shares[0]!.parameter).toBe('b');
    expect(partial![0]!.points[0]!.value).toBeLessThan(10);
  });

  test('of many trials the forest takes some, PED-ANOVA all', () => {
    const trials = randomTrials(three, 3000, config => number(config, 'a') ** 2 + 0.1 * number(config, 'c'));
    const { ped, fanova } = importance(three, trials);
    expect(ped!.map(({ parameter }) => parameter)).toEqual(['a', 'c', 'b']);
    expect(fanova!.shares.map(({ parameter }) => parameter)).toEqual(['a', 'c', 'b']);
  });
});
