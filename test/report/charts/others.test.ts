import { describe, expect, it } from 'vitest';
import { drawCurves } from '../../../src/report/charts/curves.ts';
import { drawFront } from '../../../src/report/charts/front.ts';
import { drawNightsAnytime } from '../../../src/report/charts/nights-anytime.ts';
import { drawNights } from '../../../src/report/charts/nights.ts';
import { drawRungs } from '../../../src/report/charts/rungs.ts';
import { evenly, sampleTrials } from '../../../src/report/charts/sample.ts';
import { drawSchedules } from '../../../src/report/charts/schedules.ts';
import { drawTimeline } from '../../../src/report/charts/timeline.ts';
import { drawVerdict } from '../../../src/report/charts/verdict.ts';
import type { Report } from '../../../src/report/report.ts';
import { summarize } from '../../../src/report/summarize.ts';
import { completeTrial, input, time } from '../study.ts';
import { tunedInput } from '../tuned-study.ts';
import { fullReportOf } from './reports.ts';
import { parseSvg, pathPoints, type Drawn } from './svg.ts';

const report = fullReportOf(60);

function numbers(elements: Iterable<Drawn>, name: string): readonly number[] {
  return [...elements].map(element => Number(element.getAttribute(name)));
}

describe('the timeline', () => {
  const timed = (id: number, start: number, end: number, more = {}) => ({
    ...completeTrial(id, 1, {}, end - start),
    startedAt: time(start),
    finishedAt: time(end),
    ...more,
  });
  const runOf = (trials: Parameters<typeof summarize>[0]['trials'], slots: number): Report =>
    summarize({ ...input, trials, slots, finishedAt: time(100) });

  it('has a bar for each trial, as long as it took, in the row of a slot', () => {
    const trials = [
      timed(0, 0, 50),
      timed(1, 0, 25),
      timed(2, 25, 100, { state: 'pruned' }),
      timed(3, 50, 100, { state: 'failed' }),
    ];
    const chart = drawTimeline(runOf(trials, 2))!;
    const svg = parseSvg(chart.svg);
    // 560 pixels for 100 seconds.
    expect(numbers(svg.querySelectorAll('.complete rect'), 'width')).toEqual([280, 140]);
    expect(numbers(svg.querySelectorAll('.pruned rect'), 'width')).toEqual([419]);
    expect(numbers(svg.querySelectorAll('.failed rect'), 'x')).toEqual([340]);
    expect(chart.table.rows.map(([trial, , slot]) => [trial, slot])).toEqual([
      ['2', '2'],
      ['0', '1'],
      ['3', '1'],
      ['1', '2'],
    ]);
    expect(chart.finding).toBe(
      'The 2 slots were busy 100.0 % of 1 min 40 s; 62.5 % of the time of trials went into pruned and failed ones.',
    );
  });

  it('puts no bar over another while there are free slots, whatever the threads are called', () => {
    const { rows } = drawTimeline(fullReportOf(40))!.table;
    const bars = rows.map(([, , slot, start, end]) => ({ slot, start: Number(start), end: Number(end) }));
    expect(bars).toHaveLength(40);
    for (const [index, a] of bars.entries())
      for (const b of bars.slice(0, index)) expect(a.slot === b.slot && a.start < b.end && b.start < a.end).toBe(false);
  });

  it('keeps the threads of each worker in rows of their own', () => {
    const by = (worker: string) => ({ attributes: { worker, thread: 1 } });
    const trials = [
      timed(0, 0, 50, by('ada')),
      timed(1, 0, 25, by('bob')),
      timed(2, 55, 90, by('bob')),
      timed(3, 60, 90, by('ada')),
    ];
    const { rows } = drawTimeline(runOf(trials, 2))!.table;
    expect(rows.map(([trial, , slot]) => [trial, slot])).toEqual([
      ['0', '1'],
      ['2', '2'],
      ['3', '1'],
      ['1', '2'],
    ]);
  });

  it('shows only what this run did, and of a trial that was paused the time that it worked', () => {
    const before = timed(0, -50, -10);
    const paused = timed(1, 0, 90, { attributes: { seconds: 10 } });
    expect(drawTimeline(runOf([before, paused], 1))!.table.rows).toEqual([['1', 'complete', '1', '80.0', '90.0']]);
  });
});

describe('the learning curves', () => {
  it('are those of the best five and of a bad one, each with its best epoch', () => {
    const svg = parseSvg(drawCurves(report)!.svg);
    for (const name of ['train', 'validation']) expect(svg.querySelectorAll(`.${name} path`)).toHaveLength(6);
    const marks = svg.querySelectorAll('.best-epoch circle');
    expect(marks).toHaveLength(6);
    // The mark lies on the curve of the trial.
    const best = report.trials.find(({ trial }) => trial === report.curves[0]!.trial)!;
    const curve = pathPoints(svg.querySelector('.validation path')!);
    const [x, y] = curve[best.bestEpoch! - 1]!;
    expect(numbers(marks, 'cx')[0]).toBeCloseTo(x, 0);
    expect(numbers(marks, 'cy')[0]).toBeCloseTo(y, 0);
    expect(curve).toHaveLength(best.epochs!);
  });

  it('are of the metric alone where trials report no losses', () => {
    const curves = report.curves.map(({ trial, points }) => ({
      trial,
      points: points.map(({ step, value }) => ({ step, value })),
    }));
    const svg = parseSvg(drawCurves({ ...report, curves })!.svg);
    expect(svg.querySelectorAll('.train path')).toHaveLength(0);
    expect(svg.querySelectorAll('.validation path')).toHaveLength(6);
    expect(svg.textContent).toContain('valLoss');
  });

  it('skip epochs without a number', () => {
    const curves = report.curves.map(({ trial, points }) => ({
      trial,
      points: points.map(point =>
        point.step === 3 ? { step: 3, value: NaN, metrics: { trainLoss: 1, valLoss: NaN } } : point,
      ),
    }));
    const { svg } = drawCurves({ ...report, curves })!;
    expect(svg).not.toContain('NaN');
    expect(parseSvg(svg).querySelector('.validation path')!.getAttribute('d')!.match(/M/g)).toHaveLength(2);
  });
});

describe('the schedules', () => {
  it('show every step of the exported trial, and the ends of the others', () => {
    const tuned = summarize(tunedInput);
    const charts = drawSchedules(tuned);
    expect(charts.map(({ title }) => title)).toEqual(['What the gradient made of lr', 'What the gradient made of l2']);
    const svg = parseSvg(charts[0]!.svg);
    expect(pathPoints(svg.querySelector('.course path')!)).toHaveLength(20);
    // Trials 0, 1 and 2 moved it; 3 and 4 did not, and 5 only told the gradient.
    expect(svg.querySelectorAll('.other path')).toHaveLength(2);
    expect(charts[0]!.table.rows.map(([trial]) => trial)).toEqual(['2', '1', '0']);
    expect(charts[0]!.finding).toMatch(
      /^Trial 2, the best of them, moved lr from 0.00002 to 0.\d+ by epoch \d\. Of 3 trials/,
    );
  });

  it('are none without trials that tuned', () => {
    expect(drawSchedules(summarize(input))).toEqual([]);
  });
});

describe('the Pareto front', () => {
  it('shows every complete trial, those of the front on its line', () => {
    const svg = parseSvg(drawFront(report)!.svg);
    const front = svg.querySelectorAll('.front path');
    expect(front).toHaveLength(report.front!.length);
    expect(svg.querySelectorAll('.others circle')).toHaveLength(report.cost.counts.complete - report.front!.length);
    // From the best of the first metric on, the second one only gets better: down, and never up.
    const line = pathPoints(svg.querySelector('.front-line path')!);
    for (const [index, [x, y]] of line.slice(1).entries()) {
      expect(x).toBeGreaterThanOrEqual(line[index]![0]);
      expect(y).toBeGreaterThanOrEqual(line[index]![1]);
    }
  });

  it('is none of a single metric', () => {
    expect(drawFront(summarize(input))).toBeUndefined();
  });
});

describe('the nights', () => {
  it('are the last 14 and tonight, each with the interval of its seeds', () => {
    const many = { ...report, nights: [...report.nights!, ...report.nights!] };
    const [trend, anytime] = [drawNights(many), drawNightsAnytime(many)];
    const svg = parseSvg(trend!.svg);
    expect(svg.querySelectorAll('.intervals line')).toHaveLength(15);
    expect(svg.querySelectorAll('.nights circle, .regressed path, .improved path')).toHaveLength(15);
    expect(trend!.table.rows.at(-1)![0]).toBe('tonight');
    // scipy.stats.t.interval(0.95, 2, loc=2, scale=scipy.stats.sem([1, 2, 3]))
    const night = { startedAt: time(-9), value: 2, values: [1, 2, 3], history: [] };
    expect(drawNights({ ...report, nights: [night] })!.table.rows[0]!.slice(1, 5)).toEqual([
      '2',
      '-0.4841',
      '4.484',
      '3',
    ]);
    expect(parseSvg(anytime!.svg).querySelectorAll('.history path')).toHaveLength(15);
  });

  it('say how far it has come, and when it went wrong', () => {
    const night = (day: number, value: number, outcome: 'regressed' | 'no-change') => ({
      startedAt: `2026-03-0${day}T02:00:00.000Z`,
      value,
      outcome,
      history: [3, value],
    });
    const { comparison: _, confirmed: __, ...alone } = report;
    const best = { ...report.best!, value: 1 };
    const history = [2.5, 2, 1].map((best, trial) => ({ trial, best }));
    const nights = [night(1, 2, 'no-change'), night(2, 0.5, 'regressed')];
    const several = { ...alone, best, history, nights };
    const [trend, anytime] = [drawNights(several), drawNightsAnytime(several)];
    expect(trend!.finding).toBe('valLoss is 1 tonight, 50.0 % better than 2 on 03-01. Regressed: 03-02.');
    expect(anytime!.finding).toBe('Tonight came to 1 in 3 of 3 complete trials; 1 of 2 earlier nights got as far.');
  });

  it('are none on the first night', () => {
    expect([drawNights(summarize(input)), drawNightsAnytime(summarize(input))]).toEqual([undefined, undefined]);
  });
});

describe('the verdict', () => {
  it('shows every fresh training and the means of the three', () => {
    const svg = parseSvg(drawVerdict(report)!.svg);
    expect(svg.querySelectorAll('.circle circle')).toHaveLength(8);
    expect(svg.querySelectorAll('.square path')).toHaveLength(8);
    expect(svg.querySelectorAll('.diamond path')).toHaveLength(8);
    const dots = numbers(svg.querySelectorAll('.circle circle'), 'cx');
    const mean = dots.reduce((sum, x) => sum + x, 0) / 8;
    expect(Number(svg.querySelector('.means line')!.getAttribute('x1'))).toBeCloseTo(mean, 0);
    const noise = svg.querySelector('.noise rect')!;
    expect(Number(noise.getAttribute('x')) + Number(noise.getAttribute('width')) / 2).toBeCloseTo(mean, 0);
  });

  it('is none without fresh trainings', () => {
    const { comparison } = report;
    const verdict = { ...comparison!.verdict, before: [], after: [NaN] };
    expect(drawVerdict({ ...report, comparison: { ...comparison!, verdict, parts: undefined! } })).toBeUndefined();
  });
});

describe('the rungs', () => {
  const withRungs = (...correlations: number[]): Report => ({
    ...report,
    importance: { rungs: correlations.map((correlation, index) => ({ step: index + 1, correlation, trials: 30 })) },
  });

  it('say whether it is safe to prune by them', () => {
    expect(drawRungs(withRungs(0.8, 0.9))!.finding).toMatch(
      /correlation of 0\.80 .*: early values tell what comes of a trial\.$/,
    );
    expect(drawRungs(withRungs(0.5))!.finding).toMatch(/: enough to prune by\.$/);
    expect(drawRungs(withRungs(0.1, 0.2, 0.6))!.finding).toMatch(/too little to prune by; it is 0\.60 at epoch 3\.$/);
    expect(drawRungs(withRungs(-0.3))!.finding).toMatch(/too little to prune by; no later rung is better\.$/);
  });

  it('lie at their correlations', () => {
    const ys = numbers(parseSvg(drawRungs(withRungs(0, 0.5, 1))!.svg).querySelectorAll('.rungs circle'), 'cy');
    expect(ys[1]).toBeCloseTo((ys[0]! + ys[2]!) / 2, 0);
    expect(ys[0]! - ys[2]!).toBeGreaterThan(100);
  });

  it('are none where correlations are no numbers', () => {
    expect(drawRungs(withRungs(NaN))).toBeUndefined();
  });
});

describe('samples', () => {
  const losses = Array.from({ length: 5000 }, (_, index) => (index * 7919) % 5000);

  it('have the best 500, and the others evenly', () => {
    const { shown, note } = sampleTrials(losses, loss => loss);
    expect(shown).toHaveLength(2000);
    expect(shown.filter(loss => loss < 500)).toHaveLength(500);
    const places = shown.filter(loss => loss >= 500).map(loss => losses.indexOf(loss));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.max(...places.slice(1).map((place, index) => place - places[index]!))).toBeLessThan(8);
    expect(note).toBe('Drawn are the best 500 of 5,000 trials and an even sample of the others.');
  });

  it('are everything where there is not too much', () => {
    expect(sampleTrials(losses.slice(0, 2000), loss => loss)).toEqual({ shown: losses.slice(0, 2000), note: '' });
    expect(evenly([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5]);
    expect(evenly([1, 2], 3)).toEqual([1, 2]);
  });
});
