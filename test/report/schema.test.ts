/** report.json keeps to its JSON Schema, which is made from the types (scripts/generate-report-schema.js). */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { toJsonText } from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';
import { summarize } from '../../src/report/summarize.ts';
import { fullReport } from './html/full-report.ts';
import { completeTrial, input } from './study.ts';
import { tunedInput } from './tuned-study.ts';

const schema = JSON.parse(readFileSync(new URL('../../src/report/report.schema.json', import.meta.url), 'utf8'));
const isReport = new Ajv({ strict: false, allErrors: true }).compile(schema);

function errorsOf(report: unknown): string[] {
  isReport(JSON.parse(toJsonText(report)));
  return (isReport.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const small = summarize(input);

test.each<[string, Report]>([
  ['a study', small],
  ['one that tunes by gradients', summarize(tunedInput)],
  ['one with everything', fullReport(40)],
  ['one without a trial', summarize({ ...input, trials: [] })],
  ['one compared with itself', summarize({ ...input, previous: small })],
  [
    'one with odd numbers',
    summarize({ ...input, trials: [completeTrial(0, NaN, { learningRate: 0.1 }), completeTrial(1, Infinity, {})] }),
  ],
])('%s', (_, report) => {
  expect(errorsOf(report)).toEqual([]);
});

test('odd numbers are there as their names', () => {
  const text = toJsonText(summarize({ ...input, trials: [completeTrial(0, NaN, {})] }));
  expect(text).toContain('"NaN"');
});

test('what is none is refused, with its place', () => {
  expect(errorsOf({ ...small, schema: 'tune-report/2' })).toEqual(['/schema must be equal to constant']);
  expect(errorsOf({ ...small, history: [{ trial: 0, best: 'good' }] })[0]).toMatch(/^\/history\/0\/best /);
  const { cost: _, ...others } = small;
  expect(errorsOf(others)).toEqual([" must have required property 'cost'"]);
});
