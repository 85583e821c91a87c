/** How values follow their gradients: steps whose length the sign and steadiness of a gradient decide, not its size. */
import { describe, expect, it } from 'vitest';
import { fromCoordinate } from '../../../src/train/hypergradient/coordinate.ts';
import type { TunedParameter } from '../../../src/train/hypergradient/tuning.ts';
import { createWalk, valuesOf } from '../../../src/train/hypergradient/walk.ts';

const parameters: readonly TunedParameter[] = [
  { name: 'lr', hyper: ['optimizer.learningRate'], coordinate: { scale: 'log', low: 1e-4, high: 1 } },
  { name: 'l2', hyper: ['l2'], coordinate: { scale: 'log', low: 1e-6, high: 1e-2 } },
  { name: 'mu', hyper: ['optimizer.momentum'], coordinate: { scale: 'complement', low: 0, high: 0.999 } },
];
const start = [0.01, 1e-4, 0.9];
const changes = 100;
const step = 0.02;

/** Coordinates after each of the gradients. */
function pathOf(gradients: readonly (readonly number[])[]): number[][] {
  const walk = createWalk(parameters, start, changes, changes * step);
  return gradients.map(gradient => {
    walk.follow(gradient);
    return [...walk.phi];
  });
}

const repeated = (gradient: readonly number[], times: number) => Array.from({ length: times }, () => gradient);

describe('a walk', () => {
  it('starts where the values are', () => {
    const walk = createWalk(parameters, start, changes, changes * step);
    Object.values(valuesOf(parameters, walk)).forEach((value, i) => expect(value).toBeCloseTo(start[i]!, 10));
    expect(Object.keys(valuesOf(parameters, walk))).toEqual(['lr', 'l2', 'mu']);
  });

  it('goes against each gradient, a whole step where it never changes', () => {
    const [before] = pathOf([[0, 0, 0]]) as [number[]];
    const [first, second] = pathOf(repeated([2, -3, 0], 2)) as [number[], number[]];
    expect(first[0]).toBeCloseTo(before[0]! - step, 10);
    expect(first[1]).toBeCloseTo(before[1]! + step, 10);
    expect(second[0]).toBeCloseTo(before[0]! - 2 * step, 10);
    // A gradient of 0 moves nothing.
    expect([first[2], second[2]]).toEqual([before[2], before[2]]);
  });

  it('is the same for gradients of any size', () => {
    const gradients = [3, -1, 4, -1, 5, 9, -2].map(value => [value, value - 2, -value]);
    const scaled = (by: number) => pathOf(gradients.map(gradient => gradient.map(value => value * by)));
    for (const by of [1e-12, 1e12])
      scaled(by)
        .flat()
        .forEach((phi, i) => expect(phi).toBeCloseTo(pathOf(gradients).flat()[i]!, 9));
  });

  it('goes less far where gradients disagree', () => {
    const wayOf = (gradients: readonly (readonly number[])[]) =>
      Math.abs(pathOf(gradients).at(-1)![0]! - pathOf([[0, 0, 0]])[0]![0]!);
    const steady = repeated([1, 0, 0], 10);
    const torn = steady.map(([value], i) => [i % 2 ? value! : -value!, 0, 0]);
    expect(wayOf(torn)).toBeLessThan(0.3 * wayOf(steady));
  });

  it('stays in its range', () => {
    const down = pathOf(repeated([1, 1, 1], 200)).at(-1)!;
    const up = pathOf(repeated([-1, -1, -1], 200)).at(-1)!;
    expect([down, up]).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
  });
});

describe('where training diverges', () => {
  it('values are back where they were, but for those that make steps long, which are lower', () => {
    const walk = createWalk(parameters, start, changes, changes * step);
    const before = walk.phi;
    for (const gradient of repeated([-1, -1, -1], 5)) walk.follow(gradient);
    walk.retreat(before, 1);
    expect(walk.phi[1]).toBe(before[1]);
    const value = (index: number) => fromCoordinate(parameters[index]!.coordinate, walk.phi[index]!);
    expect(value(0)).toBeLessThanOrEqual(start[0]! / 1.9);
    expect(value(0)).toBeGreaterThan(start[0]! / 10);
    expect(value(2)).toBeLessThanOrEqual(start[2]!);
  });

  it('the next attempt is more careful', () => {
    const after = (attempts: number) => {
      const walk = createWalk(parameters, start, changes, changes * step);
      walk.retreat(walk.phi, attempts);
      return walk.phi[0]!;
    };
    expect(after(2)).toBeLessThan(after(1));
  });

  it('steps that follow are shorter, and know nothing of those that led there', () => {
    const walk = createWalk(parameters, start, changes, changes * step);
    for (const gradient of repeated([-1, -1, -1], 5)) walk.follow(gradient);
    walk.retreat([0.5, 0.5, 0.5], 1);
    const before = [...walk.phi];
    walk.follow([1, 1, 1]);
    walk.phi.forEach((phi, i) => {
      expect(phi).toBeLessThan(before[i]!);
      expect(before[i]! - phi).toBeLessThan(0.9 * step);
    });
  });
});
