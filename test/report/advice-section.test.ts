/** Advice in report.md. */
import { expect, test } from 'vitest';
import type { Advice } from '../../src/report/advice/advice.ts';
import { rules } from '../../src/report/advice/advice.ts';
import { markdown } from '../../src/report/markdown.ts';
import { summarize } from '../../src/report/summarize.ts';
import { studyOf, usualImportance, valley } from './advised-studies.ts';
import { input } from './study.ts';

const report = summarize(input);
const advised = studyOf({ seed: 100, count: 100, importance: usualImportance, outcome: valley(1.1) });
const [advice] = rules['at-the-bound'](advised) as [Advice];

test('stands after the best configuration, with patches and the command that applies them', () => {
  const text = markdown({ ...report, advice: [advice, { ...advice, text: 'Stop.', patch: [] }] });
  const [, section] = /\n#### Best configuration\n[^#]*\n#### What to change\n\n([^#]*)\n#### /.exec(text)!;
  expect(section).toContain(`1. ${advice.text} \`[{"op":"replace","path":"/space/lr/high","value":1}]\`\n2. Stop.\n`);
  expect(section!.match(/`npx tune advise digits --apply`/g)).toHaveLength(1);
});

test('is absent where there is none, and without the command where there is no file', () => {
  expect(markdown({ ...report, advice: [] })).not.toContain('What to change');
  const { spaceFile: _, ...study } = report.study;
  expect(markdown({ ...report, study, advice: [advice] })).not.toContain('tune advise');
});

test('has no effect but to be read', () => {
  const value = '``` <img src=x> @team \u001B[31m';
  const patch = [{ op: 'replace' as const, path: '/space/x/choices', value: [value] }];
  const text = markdown({ ...report, advice: [{ ...advice, text: `Fix x at ${value}.`, patch }] });
  const line = text.split('\n').find(line => line.startsWith('1. '))!;
  expect(line).toContain(String.raw`Fix x at \`\`\` &lt;img src=x&gt; @`);
  // The code ends where its fence, longer than any in it, comes again.
  expect(line).toMatch(/ ```` \[\{"op":"replace".*```` *$/);
  expect(line).not.toContain('\u001B');
});
