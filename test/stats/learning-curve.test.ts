/** Expected chances follow from curves whose ends are known. */
import { describe, expect, test } from 'vitest';
import { chanceBelow, type Point } from '../../src/stats/learning-curve.ts';

const curve = (of: (step: number) => number, count: number): Point[] =>
  Array.from({ length: count }, (_, index) => ({ step: index + 1, value: of(index + 1) }));

/** Between -1 and 1, and never twice the same. */
const wobble = (step: number): number => Math.sin(step * 12.9898) * Math.cos(step * 78.233);

describe.each<[string, (step: number) => number]>([
  ['a power law', step => 0.3 + step ** -0.5],
  ['an exponential', step => 0.3 + Math.exp(-0.1 * step)],
  ['a logarithm', step => 1 - 0.15 * Math.log(step)],
])('%s', (_, law) => {
  const noisy = curve(step => law(step) + 0.005 * wobble(step), 20);

  test('comes to end about where it does', () => {
    const end = law(50);
    expect(chanceBelow(end + 0.3, noisy, 50)).toBeGreaterThan(0.9);
    expect(chanceBelow(end - 0.3, noisy, 50)).toBeLessThan(0.05);
  });

  test('has the same chance in other units, and a greater one for more', () => {
    const chances = [0.2, 0.3, 0.4, 0.5].map(value => chanceBelow(value, noisy, 50));
    expect(chances).toEqual(chances.toSorted((a, b) => a - b));
    const scaled = noisy.map(({ step, value }) => ({ step, value: 1000 * value - 7 }));
    expect(chanceBelow(393, scaled, 50)).toBeCloseTo(chanceBelow(0.4, noisy, 50), 6);
  });
});

test('a level curve stays where it is', () => {
  const level = curve(() => 0.5, 10);
  expect(chanceBelow(0.4, level, 50)).toBeLessThan(0.01);
  expect(chanceBelow(0.6, level, 50)).toBeGreaterThan(0.99);
});

test('less is known of noisy curves', () => {
  const [calm, noisy] = [0.001, 0.2].map(noise => curve(step => 0.3 + 1 / step + noise * wobble(step), 12));
  expect(chanceBelow(0.2, calm!, 50)).toBeLessThan(chanceBelow(0.2, noisy!, 50));
});
