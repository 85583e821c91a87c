import { expect, test } from 'vitest';
import { toProblems, type Finding } from '../../src/space/finding.ts';

const locate = ({ path: [line, column] }: Finding) => ({ file: 'f', line: Number(line), column: Number(column) });

test('problems come in the order of the file, each once', () => {
  const findings = [
    { path: [2, 1], message: 'c' },
    { path: [1, 9], message: 'b' },
    { path: [1, 2], message: 'a', at: 'key' as const },
    { path: [2, 1], message: 'c' },
  ];
  expect(toProblems(findings, locate)).toEqual([
    { message: 'a', where: { file: 'f', line: 1, column: 2 } },
    { message: 'b', where: { file: 'f', line: 1, column: 9 } },
    { message: 'c', where: { file: 'f', line: 2, column: 1 } },
  ]);
});

test('without a file the message begins with the path', () => {
  expect(toProblems([{ path: ['space', 'x', 0], message: 'm', hint: 'h' }])).toEqual([
    { message: 'space.x.0: m', hint: 'h' },
  ]);
  expect(toProblems([{ path: [], message: 'm' }])).toEqual([{ message: 'm' }]);
});

test('more than fifty help nobody', () => {
  const problems = toProblems(
    Array.from({ length: 52 }, (_, index) => ({ path: [index, 1], message: 'm' })),
    locate,
  );
  expect(problems).toHaveLength(51);
  expect(problems.at(-1)).toEqual({ message: 'and 2 more problems' });
});
