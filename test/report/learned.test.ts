import { describe, expect, test } from 'vitest';
import { toJsonText } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { markdown } from '../../src/report/markdown.ts';
import { summarize } from '../../src/report/summarize.ts';
import type { Trial } from '../../src/study/trial.ts';
import { completeTrial, input } from './study.ts';
import { schedule, trials, tunedInput } from './tuned-study.ts';

const report = summarize(tunedInput);

/** The report with other attributes or another configuration in one of its trials. */
function changed(id: number, change: Partial<Trial>): ReturnType<typeof summarize> {
  return summarize({
    ...tunedInput,
    trials: trials.map(trial => (trial.id === id ? Object.assign({}, trial, change) : trial)),
  });
}

describe('a report of a study tuned by gradients', () => {
  test('as Markdown', async () => {
    await expect(markdown(report)).toMatchFileSnapshot('golden/tuned-report.md');
  });

  test('as JSON, and back', () => {
    expect(parseReport(toJsonText(report))).toEqual(report);
  });

  test('says what each trial did, where its values began and where they went', () => {
    expect(report.trials[2]).toMatchObject({
      hypergradient: 'online',
      estimator: 'forward',
      learned: {
        lr: { start: 2e-5, end: schedule.values['lr']![17] },
        l2: { start: 1e-3, end: schedule.values['l2']![17] },
      },
      rollbacks: 1,
      gradientEvaluations: 25_600,
    });
    expect(report.trials[3]).toMatchObject({ hypergradient: 'off', gradientEvaluations: 8000 });
    expect(report.trials[3]).not.toHaveProperty('learned');
    expect(report.trials[5]).toMatchObject({ hypergradient: 'restart', estimator: 'restart' });
    expect(Object.keys(report.trials[5]!.metrics)).toEqual(['trainLoss', 'valLoss', 'valAccuracy']);
  });

  test('counts gradients of all trials and of the median one', () => {
    // Four trials took 25,600 and two 8,000; the failed one did not tell.
    expect(report.cost.gradientEvaluations).toEqual({ sum: 4 * 25_600 + 2 * 8000, median: 25_600 });
  });

  test('a study that does not tune by gradients says nothing of them', () => {
    const plain = summarize(input);
    expect(JSON.stringify(plain)).not.toMatch(/gradient|learned|rollbacks|untuned/i);
    expect(markdown(plain)).not.toMatch(/gradient|learned by|untuned/i);
  });

  test('without a model there are start and end, but no schedule', () => {
    const { model: _, ...rest } = tunedInput;
    const text = markdown(summarize(rest));
    expect(text).toMatch(/\| parameter \| +start \| +learned \|\n/);
    expect(text).not.toContain('schedule.json');
  });
});

describe('the untuned copy', () => {
  test('is that of the best tuned trial that has one', () => {
    expect(report.untuned).toEqual({ trial: 2, copy: 4 });
    expect(markdown(report)).toContain(
      '- Trial 4, the untuned copy of trial 2, was worse: valLoss 0.3434 in place of 0.2525.\n',
    );
  });

  test('may be better, and then the best trial', () => {
    const better = changed(4, { value: 0.2 });
    expect(better.best!.trial).toBe(4);
    expect(better.untuned).toEqual({ trial: 2, copy: 4 });
    expect(markdown(better)).toContain('untuned copy of trial 2, was better: valLoss 0.2 in place of 0.2525.');
    expect(markdown(better)).not.toContain('#### Learned by gradients');
  });

  test('of a study that maximizes is worse where it is smaller', () => {
    expect(markdown(summarize({ ...tunedInput, direction: 'maximize' }))).toContain(
      'Trial 3, the untuned copy of trial 0, was better: valLoss 0.4545 in place of 0.404.',
    );
  });

  test.each<[string, Partial<Trial>]>([
    ['other values', { config: { ...trials[4]!.config, units: 127 } }],
    ['no value', { state: 'failed' }],
  ])('with %s is none', (_name, change) => {
    expect(changed(4, change).untuned).toEqual({ trial: 0, copy: 3 });
  });
});

describe('attributes of any kind make a report', () => {
  test.each<[string, unknown]>([
    ['text', 'lr'],
    ['a list', [0.1]],
    ['null', null],
    ['values that are no numbers', { lr: 'high', l2: null }],
    ['a parameter that the trial does not have', { other: 3 }],
    ['names of object methods', { toString: 1, hasOwnProperty: 2 }],
  ])('learned: %s', (_name, learned) => {
    const odd = changed(2, { attributes: { learned, estimator: 'guess', rollbacks: 'two' } });
    expect(odd.trials[2]).not.toHaveProperty('learned');
    expect(odd.trials[2]).not.toHaveProperty('estimator');
    expect(odd.trials[2]).not.toHaveProperty('rollbacks');
    expect(markdown(odd)).toContain('#### Best configuration');
  });

  test("a user's own parameter of our name means nothing", () => {
    const own = summarize({ ...input, trials: [completeTrial(0, 0.4, { hypergradient: 0.5 })] });
    expect(own.trials[0]).not.toHaveProperty('hypergradient');
  });
});
