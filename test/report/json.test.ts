import { describe, expect, test } from 'vitest';
import { toJsonText } from '../../src/report/json.ts';
import { parseReport } from '../../src/report/parse-report.ts';
import { summarize } from '../../src/report/summarize.ts';
import { input, trials } from './study.ts';

describe('report.json', () => {
  test('NaN and Infinity are strings, since JSON has no such numbers', () => {
    expect(JSON.parse(toJsonText({ a: NaN, b: [Infinity, -Infinity], c: 1 }))).toEqual({
      a: 'NaN',
      b: ['Infinity', '-Infinity'],
      c: 1,
    });
  });

  test('is read back as it was, odd numbers and odd names included', () => {
    const [first, ...others] = trials;
    const odd = {
      ...first!,
      config: { ...first!.config, optimizer: 'NaN' },
      curve: [{ step: 1, value: Infinity, metrics: { trainLoss: NaN, valLoss: Infinity } }],
    };
    const report = summarize({ ...input, study: 'Infinity', trials: [odd, ...others] });
    const read = parseReport(toJsonText(report));
    expect(read).toEqual(report);
    expect(read!.trials[0]!.config.optimizer).toBe('NaN');
    expect(read!.curves.find(({ trial }) => trial === 0)!.points[0]!.metrics!.trainLoss).toBeNaN();
  });

  test.each(['', '{', 'null', '[]', '{"schema":"tune-report/2"}', '{"schema":'])('%j is no report', text => {
    expect(parseReport(text)).toBeUndefined();
  });
});
