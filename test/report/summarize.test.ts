import { describe, expect, test } from 'vitest';
import { summarize } from '../../src/report/summarize.ts';
import { markdown } from '../../src/report/markdown.ts';
import { toJsonText } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import type { Trial } from '../../src/study/trial.ts';
import { completeTrial, input, time } from './study.ts';

const objective = (id: number, value: number, state: Trial['state'] = 'complete'): Trial => ({
  id,
  state,
  attempt: 1,
  config: { x: id },
  value,
  curve: [],
  startedAt: time(id),
  finishedAt: time(id + 1),
});

describe('summarize', () => {
  const report = summarize(input);

  test('finds the best complete trial and the gain over the defaults', () => {
    const { best, gain } = summarize({
      ...input,
      trials: [objective(0, 0.8), objective(1, 0.2), objective(2, 0.1, 'pruned')],
    });
    expect(best).toMatchObject({ trial: 1, value: 0.2 });
    expect(gain!.absolute).toBeCloseTo(0.6, 12);
    expect(gain!.relative).toBeCloseTo(0.75, 12);
  });

  test('gains of a study that maximizes are positive too', () => {
    const { best, gain, history } = summarize({
      ...input,
      direction: 'maximize',
      trials: [objective(0, -4), objective(1, -5), objective(2, -1)],
    });
    expect(best!.trial).toBe(2);
    expect(gain).toEqual({ absolute: 3, relative: 0.75 });
    expect(history.map(point => point.best)).toEqual([-4, -4, -1]);
  });

  test('a default of 0 has no relative gain', () => {
    expect(summarize({ ...input, trials: [objective(0, 0), objective(1, -2)] }).gain).toEqual({ absolute: 2 });
  });

  test('of equal trials the earliest is the best', () => {
    expect(summarize({ ...input, trials: [objective(0, 2), objective(1, 1), objective(2, 1)] }).best!.trial).toBe(1);
  });

  test('knows the most memory that any trial saw', () => {
    const trials = [300, 450, 420].map((rssMegabytes, id): Trial => {
      const trial = completeTrial(id, 0.1, input.trials[0]!.config);
      return { ...trial, attributes: { ...trial.attributes, rssMegabytes } };
    });
    expect(summarize({ ...input, trials }).cost.peakMegabytes).toBe(450);
    expect(markdown(summarize({ ...input, trials }))).toContain('took up to 450 MB of memory');
  });

  test('counts what a run cost', () => {
    // 5 complete trials of 4 s, a pruned one of 2 s, failed ones of 1, 2 and 3 s by their times; 9 trials in 60 s.
    expect(report.cost).toEqual({
      // Nine trials in two slots; of 5 random values and 20 more, one of the 20 is the best in four of five cases.
      coming: { trials: 20, seconds: ((28 / 9) * 20) / 2, chance: 0.8 },
      wallSeconds: 60,
      trialSeconds: 28,
      discardedSeconds: 8,
      discardedShare: 8 / 28,
      trialsPerMinute: 9,
      counts: { waiting: 0, running: 0, paused: 0, interrupted: 0, complete: 5, pruned: 1, failed: 3 },
    });
  });

  test('a trial that was paused to the end cost its epochs, not its waiting', () => {
    const curve = [1, 2].map(step => ({ step, value: 1, metrics: { seconds: 0.25 } }));
    const paused = { ...objective(0, 1, 'pruned'), curve, stopped: 'paused', finishedAt: time(50) } as const;
    expect(summarize({ ...input, trials: [paused] }).cost.discardedSeconds).toBe(0.5);
  });

  test('the pace counts only trials of this run', () => {
    const resumed = summarize({ ...input, startedAt: time(30), finishedAt: time(60) });
    // Trials 6, 7 and 8 ended after 30 s; the run took half a minute.
    expect(resumed.cost.trialsPerMinute).toBe(6);
  });

  test('groups failures that differ in numbers only', () => {
    expect(report.failures).toEqual([
      { cause: 'nan', count: 2, firstTrial: 2, message: 'valLoss was NaN after epoch 3' },
      { cause: 'crash', count: 1, firstTrial: 6, message: 'the host ended with SIGSEGV' },
    ]);
  });

  test('separates metrics of the best epoch from other facts', () => {
    expect(Object.keys(report.trials[0]!.metrics).toSorted()).toEqual(['trainLoss', 'valAccuracy', 'valLoss']);
    expect(report.trials[0]).toMatchObject({ trial: 0, epochs: 8, seconds: 4, stopped: 'early-stopping' });
  });

  test('names the folder of the model, not the path of this machine', () => {
    expect(report.model!.folder).toBe('model');
  });

  test('keeps the order of trials by number', () => {
    const shuffled = summarize({ ...input, trials: input.trials.toReversed() });
    expect(shuffled).toEqual(report);
  });
});

describe('a report is written whatever became of the trials', () => {
  const failed = input.trials.filter(({ state }) => state === 'failed');
  const { model: _, ...withoutModel } = input;
  test.each<[string, readonly Trial[], string]>([
    ['no trials', [], 'No trial ran.'],
    ['one trial', [completeTrial(0, 0.4, {})], 'by the defaults: no other trial was better'],
    ['all failed', failed, 'No trial completed: 3 failed, 0 pruned.'],
    ['the defaults failed', [{ ...failed[0]!, id: 0 }, completeTrial(1, 0.5, {})], 'the trial of the defaults failed'],
  ])('%s', (_name, trials, sentence) => {
    const report = summarize({ ...withoutModel, trials });
    expect(markdown(report)).toContain(sentence);
    expect(parseReport(toJsonText(report))).toEqual(report);
  });

  test('10,000 trials, each failure with a message of its own', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const trials = Array.from({ length: 10_000 }, (_, id): Trial => {
      if (id % 10 > 0) return completeTrial(id, 1 / (id + 1), { x: id });
      const word = String(id).replaceAll(/\d/g, digit => letters[Number(digit)]!);
      const { value: _value, ...rest } = objective(id, 0, 'failed');
      return { ...rest, failure: { cause: 'error', message: `${word} `.repeat(400) } };
    });
    const report = summarize({ ...withoutModel, trials });
    const text = markdown(report);
    expect(toJsonText(report).length).toBeGreaterThan(1e6);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(report.failures).toHaveLength(1000);
    expect(report.history).toHaveLength(9000);
    expect(report.top).toEqual([9999, 9998, 9997, 9996, 9995, 9994, 9993, 9992, 9991, 9989]);
  });
});
