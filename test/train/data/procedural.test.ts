/** Data made by a procedure: geometry, formula, balance, and the same numbers from the same seed. */
import { describe, expect, it } from 'vitest';
import { classCounts, load, sum } from './helpers.ts';
import { golden } from './sklearn-golden.ts';

describe.each(['glyphs', 'twoMoons', 'spirals', 'noisyRegression'] as const)('%s', name => {
  it('is a function of the seed', async () => {
    const [first, again, other] = [
      await load(name, { examples: 40 }, { seed: 1 }),
      await load(name, { examples: 40 }, { seed: 1 }),
      await load(name, { examples: 40 }, { seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other.inputs).not.toEqual(first.inputs);
  });
});

describe('twoMoons', () => {
  it('lies on the two half circles without noise', async () => {
    const { inputs, targets } = await load('twoMoons', { examples: 101, noise: 0 });
    targets.forEach((target, index) => {
      const [x, y] = [inputs[2 * index]!, inputs[2 * index + 1]!];
      expect(target === 0 ? Math.hypot(x, y) : Math.hypot(x - 1, y - 0.5)).toBeCloseTo(1, 6);
      // The outer half is the upper one, the inner half the lower one.
      expect(target === 0 ? y : 0.5 - y).toBeGreaterThan(-1e-6);
    });
  });
  it("is scikit-learn's make_moons without noise", async () => {
    const { inputs } = await load('twoMoons', { examples: 51, noise: 0 });
    expect(inputs).toHaveLength(golden.moons.length);
    inputs.forEach((value, index) => expect(value).toBeCloseTo(golden.moons[index]!, 6));
  });
  it('has two halves, and noise of the deviation asked for', async () => {
    const noisy = await load('twoMoons', { examples: 5000, noise: 0.3 });
    const { inputs } = await load('twoMoons', { examples: 5000, noise: 0 });
    expect(classCounts(noisy)).toEqual([2500, 2500]);
    const squares = Array.from(noisy.inputs, (value, index) => (value - inputs[index]!) ** 2);
    expect(Math.sqrt(sum(squares) / 10_000)).toBeCloseTo(0.3, 1);
    expect(noisy).toMatchObject({ task: 'classification', inputShape: [2], classes: ['outer', 'inner'] });
  });
});

describe('spirals', () => {
  it("are Lang & Witbrock's two spirals, but for the innermost points", async () => {
    const { inputs, targets } = await load('spirals', { examples: 2 * 104, turns: 104 / 32, noise: 0 });
    // Their program: angle = i pi / 16, radius = 6.5 (104 - i) / 104, x = radius sin(angle), y = radius cos(angle), for
    // i from 0 to 96, outside in; and the same with both signs turned.
    for (let i = 0; i <= 96; i++) {
      const [angle, radius] = [(i * Math.PI) / 16, (6.5 * (104 - i)) / 104];
      for (const arm of [0, 1]) {
        const index = 2 * (103 - i) + arm;
        const sign = arm === 0 ? 1 : -1;
        expect(targets[index]).toBe(arm);
        expect(6.5 * inputs[2 * index]!).toBeCloseTo(sign * radius * Math.sin(angle), 5);
        expect(6.5 * inputs[2 * index + 1]!).toBeCloseTo(sign * radius * Math.cos(angle), 5);
      }
    }
  });
  it('are as many as asked for, each the first one turned', async () => {
    const data = await load('spirals', { examples: 301, classes: 3, turns: 2, noise: 0 });
    expect(data).toMatchObject({ task: 'classification', size: 301, inputShape: [2], classes: ['0', '1', '2'] });
    expect(classCounts(data)).toEqual([101, 100, 100]);
    data.targets.forEach((arm, index) => {
      const [x, y] = [data.inputs[2 * index]!, data.inputs[2 * index + 1]!];
      const turns = Math.atan2(y, x) / (2 * Math.PI) - arm / 3 - 2 * Math.hypot(x, y);
      expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-5);
    });
  });
  it('have noise of the deviation asked for', async () => {
    const [noisy, { inputs }] = [await load('spirals', { noise: 0.3 }), await load('spirals', { noise: 0 })];
    const squares = Array.from(noisy.inputs, (value, index) => (value - inputs[index]!) ** 2);
    expect(Math.sqrt(sum(squares) / squares.length)).toBeCloseTo(0.3, 1);
  });
});

describe('noisyRegression', () => {
  const friedman1 = ([a, b, c, d, e]: readonly number[]): number =>
    10 * Math.sin(Math.PI * a! * b!) + 20 * (c! - 0.5) ** 2 + 10 * d! + 5 * e!;

  it('is the formula without noise', async () => {
    // The formula above is scikit-learn's.
    golden.friedman1.x.forEach((x, index) => expect(friedman1(x)).toBeCloseTo(golden.friedman1.y[index]!, 10));
    const { inputs, targets } = await load('noisyRegression', { examples: 200, features: 7, noise: 0 });
    targets.forEach((target, row) =>
      expect(target).toBeCloseTo(friedman1([...inputs.subarray(7 * row, 7 * row + 5)]), 4),
    );
  });
  it('has inputs from 0 to 1, and noise of the deviation asked for', async () => {
    const { inputs, targets, ...rest } = await load('noisyRegression', { examples: 5000, noise: 2 });
    expect(rest).toMatchObject({ task: 'regression', size: 5000, inputShape: [10], targetSize: 1 });
    expect(inputs.every(value => value >= 0 && value <= 1)).toBe(true);
    const squares = Array.from(
      targets,
      (target, row) => (target - friedman1([...inputs.subarray(10 * row, 10 * row + 5)])) ** 2,
    );
    expect(Math.sqrt(sum(squares) / 5000)).toBeCloseTo(2, 0);
  });
});

describe('glyphs', () => {
  it('are balanced bytes', async () => {
    const data = await load('glyphs', { examples: 205, size: 20 });
    expect(data).toMatchObject({ task: 'classification', size: 205, inputShape: [20, 20, 1] });
    expect(data.inputs).toBeInstanceOf(Uint8Array);
    expect(data.inputs).toHaveLength(205 * 400);
    expect(classCounts(data)).toEqual([21, 21, 21, 21, 21, 20, 20, 20, 20, 20]);
  });
  it('are the same however many there are', async () => {
    const [few, many] = [await load('glyphs', { examples: 20 }), await load('glyphs', { examples: 60 })];
    expect(many.inputs.subarray(0, few.inputs.length)).toEqual(few.inputs);
  });
  it('are strokes on a dark background, seldom at the border', async () => {
    const { inputs } = await load('glyphs', { examples: 500, noise: 0 });
    let touching = 0;
    for (let image = 0; image < 500; image++) {
      const pixels = inputs.subarray(784 * image, 784 * (image + 1));
      const ink = pixels.filter(value => value > 100).length;
      expect(ink).toBeGreaterThan(15);
      expect(ink).toBeLessThan(784 / 3);
      const isBorder = (pixel: number): boolean => pixel < 28 || pixel >= 756 || pixel % 28 === 0 || pixel % 28 === 27;
      touching += pixels.some((value, pixel) => value > 100 && isBorder(pixel)) ? 1 : 0;
    }
    expect(touching / 500).toBeLessThan(0.06);
  });
  it('differ by class, but overlap: the nearest class mean is right often, not always', async () => {
    const { inputs, targets } = await load('glyphs', { examples: 2000 });
    const means = Array.from({ length: 10 }, () => new Float64Array(784));
    for (let image = 0; image < 1000; image++)
      means[targets[image]!]!.forEach((_, pixel, mean) => (mean[pixel]! += inputs[784 * image + pixel]! / 100));
    let right = 0;
    for (let image = 1000; image < 2000; image++) {
      const distances = means.map(mean =>
        mean.reduce((total, value, pixel) => total + (value - inputs[784 * image + pixel]!) ** 2, 0),
      );
      if (distances.indexOf(Math.min(...distances)) === targets[image]) right++;
    }
    expect(right / 1000).toBeGreaterThan(0.5);
    expect(right / 1000).toBeLessThan(0.9);
  });
});
