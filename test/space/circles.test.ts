import { expect, test } from 'vitest';
import { describeCircle, findCircles } from '../../src/space/circles.ts';

test.each<[string, Record<string, string>, string[][]]>([
  ['none in a chain', { a: 'b', b: 'c', c: '' }, []],
  ['one name that leads to itself', { a: 'a', b: 'a' }, [['a']]],
  ['two that lead to each other', { a: 'b', b: 'a', c: 'ab' }, [['a', 'b']]],
  ['each circle once', { a: 'b', b: 'a', c: 'd', d: 'e', e: 'c', f: 'ace' }, [['a', 'b'], ['c', 'd', 'e']]], // prettier-ignore
  ['circles that share a name as one', { a: 'b', b: 'ac', c: 'b' }, [['a', 'b', 'c']]],
])('%s', (_, graph, circles) => {
  expect(findCircles(Object.keys(graph), name => Array.from(graph[name] ?? ''))).toEqual(circles);
});

test('a circle in words', () => {
  expect(describeCircle('depends on', ['a'])).toBe('"a" depends on itself');
  expect(describeCircle('depends on', ['a', 'b', 'c'])).toBe('"a" depends on itself through "b" and "c"');
});
