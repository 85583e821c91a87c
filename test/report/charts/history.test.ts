import { describe, expect, it } from 'vitest';
import { drawAnytimeSeconds } from '../../../src/report/charts/anytime-seconds.ts';
import { drawEdf } from '../../../src/report/charts/edf.ts';
import { drawHistory } from '../../../src/report/charts/history.ts';
import { bestOf, improvements } from '../../../src/report/charts/trials.ts';
import { summarize } from '../../../src/report/summarize.ts';
import type { Trial } from '../../../src/study/trial.ts';
import { completeTrial, input, time, trials } from '../study.ts';
import { fullReportOf, reportOf } from './reports.ts';
import { parseSvg, pathPoints, type Drawn } from './svg.ts';

/** Trials with these values, ten seconds each, one after the other. */
function reportWith(values: readonly (number | 'pruned' | 'failed')[], goal: 'minimize' | 'maximize' = 'minimize') {
  const made = values.map((value, id): Trial => {
    const { value: _, ...trial } = completeTrial(id, 1, {});
    const times = { startedAt: time(id * 10), finishedAt: time(id * 10 + 10) };
    return typeof value === 'number' ? { ...trial, ...times, value } : { ...trial, ...times, state: value };
  });
  return summarize({ ...input, direction: goal, trials: made, finishedAt: time(values.length * 10) });
}

function centres(elements: Iterable<Drawn>): readonly Place[] {
  return [...elements].map(circle => [Number(circle.getAttribute('cx')), Number(circle.getAttribute('cy'))]);
}

type Place = readonly [number, number];

/** To the tenth of a pixel that is drawn, rounded this way or that. */
function isNear(a: Place, b: Place): boolean {
  return Math.abs(a[0] - b[0]) < 0.15 && Math.abs(a[1] - b[1]) < 0.15;
}

describe('the chart of the history', () => {
  it('shows each trial by its state', () => {
    const report = reportOf(200);
    const svg = parseSvg(drawHistory(report)!.svg);
    const { complete, pruned, failed } = report.cost.counts;
    expect(svg.querySelectorAll('.complete circle, .beyond path')).toHaveLength(complete);
    expect(svg.querySelectorAll('.pruned path')).toHaveLength(pruned);
    expect(svg.querySelectorAll('.failed path')).toHaveLength(failed);
    expect(Math.min(complete, pruned, failed)).toBeGreaterThan(0);
  });

  it('places values in proportion, better ones lower where they are to be small', () => {
    const svg = parseSvg(drawHistory(reportWith([4, 2, 3, 1]))!.svg);
    const places = centres(svg.querySelectorAll('.complete circle'));
    const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
    // Equal steps, to the tenth of a pixel that is drawn.
    for (const step of [xs[1]! - xs[0]!, xs[2]! - xs[1]!]) expect(step).toBeCloseTo((xs[3]! - xs[0]!) / 3, 0);
    const unit = (ys[3]! - ys[0]!) / 3;
    expect(unit).toBeGreaterThan(20);
    expect(ys[1]! - ys[0]!).toBeCloseTo(2 * unit, 0);
    expect(ys[2]! - ys[0]!).toBeCloseTo(unit, 0);
  });

  it.each(['minimize', 'maximize'] as const)('has the steps of the best value (%s)', goal => {
    const report = reportWith([4, 'pruned', 3, 5, 2, 6, 1, 'failed', 2.5], goal);
    const svg = parseSvg(drawHistory(report)!.svg);
    const places = centres(svg.querySelectorAll('.complete circle'));
    const line = pathPoints(svg.querySelector('.best path')!);
    const values = [4, 3, 5, 2, 6, 1, 2.5];
    const steps = improvements(
      values.map((value, index) => ({ value, index })),
      goal,
    );
    // At each step the line passes through the dot of the trial that made it.
    for (const { index } of steps) expect(line.some(point => isNear(point, places[index]!))).toBe(true);
    expect(line.at(-1)![1]).toBeCloseTo(places[steps.at(-1)!.index]![1], 0);
    expect(new Set(line.map(([, y]) => y)).size).toBe(steps.length);
    expect(centres(svg.querySelectorAll('.winner circle'))).toEqual([places[steps.at(-1)!.index]]);
  });

  it('tells the best trial, and what the last 20 made of it', () => {
    const early = [1, 2, ...Array<number>(20).fill(3)];
    expect(drawHistory(reportWith(early))!.finding).toBe(
      'Trial 0 is the best with 1; the last 20 trials did not improve it.',
    );
    expect(drawHistory(reportWith([1, ...Array<number>(20).fill(3), 0.988]))!.finding).toBe(
      'Trial 21 is the best with 0.988; the last 20 trials improved it by 1.2 %.',
    );
  });

  it('leaves out trials that confirm others', () => {
    const confirming = { ...completeTrial(9, 0.01, {}), confirms: 7 };
    const report = summarize({ ...input, trials: [...trials, confirming] });
    expect(drawHistory(report)!.finding).toContain(`Trial 7 is the best`);
  });
});

describe('the best value by time', () => {
  it('has a step for each improvement, when it ended', () => {
    const report = reportWith([4, 'failed', 3, 5, 2, 6, 2.01]);
    const chart = drawAnytimeSeconds(report)!;
    expect(chart.table.rows).toEqual([
      ['10.0', '0', '4'],
      ['30.0', '2', '3'],
      ['50.0', '4', '2'],
    ]);
    const svg = parseSvg(chart.svg);
    const xs = centres(svg.querySelectorAll('.improvements circle')).map(([x]) => x);
    // The axis is 560 pixels for 70 seconds, from 60 on.
    expect(xs).toEqual([140, 300, 460]);
    expect(pathPoints(svg.querySelector('.best path')!).at(-1)![0]).toBe(620);
    expect(chart.finding).toBe('The run was within 1 % of its best value 2 after 50 s of 1 min 10 s (71.4 %).');
  });

  it('says when it was near enough', () => {
    const { finding } = drawAnytimeSeconds(reportWith([4, 2.01, 3, 2]))!;
    expect(finding).toBe(
      'The run was within 1 % of its best value 2 after 20 s of 40 s (50.0 %); the best, trial 3, came after 40 s.',
    );
  });

  it('begins with what earlier runs had found', () => {
    const report = reportWith([4, 3, 5, 2]);
    const resumed = { ...report, run: { ...report.run, startedAt: time(25) } };
    expect(drawAnytimeSeconds(resumed)!.table.rows).toEqual([
      ['0.0', '0', '4'],
      ['0.0', '1', '3'],
      ['15.0', '3', '2'],
    ]);
  });
});

describe('the distribution of the values', () => {
  it.each(['minimize', 'maximize'] as const)('has a step for each value (%s)', goal => {
    const values = [3, 1, 4, 2];
    const chart = drawEdf(reportWith([...values, 'pruned'], goal))!;
    const line = pathPoints(parseSvg(chart.svg).querySelector('.edf path')!);
    // From 0 to 100 %, in four equal steps.
    const heights = [...new Set(line.map(([, y]) => y))];
    expect(heights).toHaveLength(5);
    for (const [index, y] of heights.entries())
      expect(y).toBeCloseTo(heights[0]! + (index * (heights[4]! - heights[0]!)) / 4, 0);
    const xs = line.map(([x]) => x);
    expect(xs).toEqual(xs.toSorted((a, b) => (goal === 'minimize' ? a - b : b - a)));
  });

  it('says how many beat the defaults and last night', () => {
    const { finding } = drawEdf(fullReportOf(60))!;
    expect(finding).toMatch(
      /^Half of the \d+ complete trials reached 0\.\d+, the best tenth 0\.\d+; \d+\.\d % beat the defaults \(0\.\d+\); \d+\.\d % beat last night's best \(0\.\d+\)\./,
    );
    expect(drawEdf(reportWith([2, 1, 3, 4]))!.finding).toBe(
      'Half of the 4 complete trials reached 2.5, the best tenth 1.3; 25.0 % beat the defaults (2).',
    );
  });
});

it('the best trial is the earliest of equals', () => {
  const equal = [3, 1, 1].map((value, index) => ({ value, index }));
  expect(bestOf(equal, 'minimize')!.index).toBe(1);
  expect(bestOf([], 'minimize')).toBeUndefined();
});
