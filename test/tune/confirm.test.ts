/** The best configurations are trained again after the search: with noise that is known, and with real training. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineSpace, tune, type TuneEvent } from '../../src/index.ts';
import { createRng } from '../../src/study/rng.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();

test('the value that the search chose by is lucky; the means of fresh ones say by how much', async () => {
  const space = defineSpace({ x: { type: 'float', low: 0, high: 1 } });
  /** Whatever the configuration, the loss is 1 and noise of standard deviation 0.5. */
  const noise = (seed: number): number => 0.5 * createRng(seed, 'noise').normal();
  const drawn = new Map<number, number>();
  const { best, report, trials, files } = await tune(space, {
    name: 'noise',
    reports,
    slots: 2,
    trials: 40,
    confirm: 25,
    objective({ trial, seed }) {
      drawn.set(trial, 1 + noise(seed));
      return drawn.get(trial)!;
    },
  });
  expect(trials).toHaveLength(40 + 3 * 25);
  expect(report.confirmed).toHaveLength(3);
  for (const { trial, runs, mean, deviation, optimism } of report.confirmed!) {
    const fresh = runs.map(run => drawn.get(run)!);
    expect(fresh).toHaveLength(25);
    expect(mean).toBeCloseTo(fresh.reduce((sum, value) => sum + value, 0) / 25, 12);
    expect(optimism).toBeCloseTo(mean! - drawn.get(trial)!, 12);
    // Three standard errors.
    expect(Math.abs(mean! - 1)).toBeLessThan((3 * 0.5) / 5);
    expect(deviation).toBeGreaterThan(0.3);
    expect(deviation).toBeLessThan(0.7);
    // The best 3 of 40 are some two standard deviations below the mean.
    expect(optimism).toBeGreaterThan(0.4);
  }
  const means = report.confirmed!.map(({ mean }) => mean!);
  expect(means).toEqual(means.toSorted((a, b) => a - b));
  expect(best!.id).toBe(report.confirmed![0]!.trial);
  expect(report.best!.trial).toBe(best!.id);
  expect(readFileSync(files.markdown, 'utf8')).toContain('#### Confirmation');
});

test('real training: the saved model is of the configuration with the best mean, and the same call does nothing again', async () => {
  const events: TuneEvent[] = [];
  const options = { reports, slots: 1, trials: 4, confirm: 1, observe: (event: TuneEvent) => void events.push(event) };
  const target = { ...moons, train: { ...moons.train, epochs: 2 } };
  const first = await tune(target, options);
  expect(first).toMatchObject({ stopped: 'trials' });
  expect(first.trials.map(({ confirms }) => confirms !== undefined)).toEqual([0, 0, 0, 0, 1, 1, 1].map(Boolean));
  for (const { confirms, state, config, value } of first.trials.slice(4)) {
    const original = first.trials[confirms!]!;
    expect(state).toBe('complete');
    expect(config).toEqual(original.config);
    expect(value).not.toBe(original.value);
  }
  const values = first.trials.slice(4).map(({ confirms, value }) => [confirms!, value!] as const);
  const [winner] = values.toSorted(([, a], [, b]) => a - b)[0]!;
  expect(first.best!.id).toBe(winner);
  expect(first.report.model!.trial).toBe(winner);
  expect(JSON.parse(readFileSync(join(first.files.model!, 'tune.json'), 'utf8'))).toMatchObject({ trial: winner });
  expect(events).toContainEqual({ type: 'phase', text: 'confirming the best configurations with 3 trials' });

  events.length = 0;
  const second = await tune(target, options);
  expect(second).toEqual(first);
  expect(events.some(({ type }) => type === 'trial-started')).toBe(false);

  // Confirmed once more: one trial for each.
  const third = await tune(target, { ...options, confirm: 2 });
  expect(third.trials.slice(0, 7)).toEqual(first.trials);
  expect(third.trials).toHaveLength(10);
});
