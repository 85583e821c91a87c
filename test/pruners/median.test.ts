/** Decision for decision as Optuna's MedianPruner; numbers and the command that made them: test/golden/make-median.py. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { median } from '../../src/pruners/median.ts';
import { lossOf } from '../../src/study/losses.ts';
import type { Direction } from '../../src/study/ports.ts';
import type { Measurement, Trial, Verdict } from '../../src/study/trial.ts';

type Point = readonly [step: number, value: number | string];

interface Scenario {
  readonly direction: Direction;
  readonly knobs: object;
  readonly history: readonly { readonly state: Trial['state']; readonly curve: readonly Point[] }[];
  readonly curve: readonly Point[];
  /** Whether Optuna would stop the trial after each point of its curve. */
  readonly stop: readonly boolean[];
}

const scenarios = JSON.parse(
  readFileSync(new URL('../golden/median.json', import.meta.url), 'utf8'),
) as readonly Scenario[];

function trial(id: number, state: Trial['state'], curve: readonly Measurement[]): Trial {
  return { id, state, attempt: 1, config: {}, curve, startedAt: '' };
}

/** Points as the losses that a pruner sees. */
function losses(points: readonly Point[], direction: Direction): readonly Measurement[] {
  return points.map(([step, value]) => ({ step, value: lossOf(Number(value), direction) }));
}

/** Our verdict after each measurement of the last trial. */
function verdicts(knobs: object, earlier: readonly Trial[], curve: readonly Measurement[]): readonly Verdict[] {
  const pruner = median.create(median.knobs.parse(knobs));
  return curve.map((_, index) => {
    const running = trial(earlier.length, 'running', curve.slice(0, index + 1));
    return pruner.judge(running, [...earlier, running]);
  });
}

test('decides as Optuna, scenario by scenario', () => {
  for (const [index, { direction, knobs, history, curve, stop }] of scenarios.entries()) {
    const earlier = history.map(({ state, curve }, id) => trial(id, state, losses(curve, direction)));
    const expected = stop.map(word => (word ? 'stop' : 'continue'));
    expect(verdicts(knobs, earlier, losses(curve, direction)), `scenario ${index}`).toEqual(expected);
  }
  expect(scenarios.flatMap(({ stop }) => stop).filter(word => word).length).toBeGreaterThan(100);
});

describe('by default', () => {
  const constant = (value: number): readonly Measurement[] => [1, 2, 3].map(step => ({ step, value }));
  const earlier = [0.1, 0.2, 0.3, 0.4, 0.5].map((value, id) => trial(id, 'complete', constant(value)));

  test('nothing is stopped before five trials are complete', () => {
    expect(verdicts({}, earlier.slice(1), constant(9))).toEqual(['continue', 'continue', 'continue']);
  });

  test('what is worse than the median is stopped from the first step on', () => {
    expect(verdicts({}, earlier, constant(0.31))).toEqual(['stop', 'stop', 'stop']);
    expect(verdicts({}, earlier, constant(0.3))).toEqual(['continue', 'continue', 'continue']);
  });

  test('the best value so far counts, not the last', () => {
    const curve = [0.2, 9, 9].map((value, index) => ({ step: index + 1, value }));
    expect(verdicts({}, earlier, curve)).toEqual(['continue', 'continue', 'continue']);
  });

  test('rivals that diverged are worse than any number', () => {
    const diverged = [Infinity, Infinity, Infinity, 0.1, NaN].map((value, id) =>
      trial(id, 'complete', constant(value)),
    );
    expect(verdicts({}, diverged, constant(5))).toEqual(['continue', 'continue', 'continue']);
  });

  test('a step that no other trial measured is not judged', () => {
    expect(verdicts({}, earlier, [{ step: 7, value: 9 }])).toEqual(['continue']);
  });
});
