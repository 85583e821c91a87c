/** Seeds are fixed, so what passes goes on passing. */
import { describe, expect, test } from 'vitest';
import { random } from '../../src/samplers/random.ts';
import { toUnit } from '../../src/space/scale.ts';
import type { Config, Json, Param, Space } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';

const count = 4000;

/** Configurations that know nothing of each other. */
function draw(params: readonly Param[], constraints: readonly string[] = []): readonly Config[] {
  const [space, sampler]: [Space, ReturnType<typeof random.create>] = [{ params, constraints }, random.create({})];
  return Array.from({ length: count }, (_, trial) =>
    sampler.suggest({ space, history: [], trial, seed: 1, rng: createRng(1, 'sampler', trial) })!,
  );
}

/** Distance of counts from the expected shares, in standard deviations of the chi-square distribution. */
function unevenness(counts: readonly number[], shares: readonly number[]): number {
  const chiSquare = counts.reduce((sum, seen, index) => {
    const expected = count * shares[index]!;
    return sum + (seen - expected) ** 2 / expected;
  }, 0);
  return (chiSquare - (counts.length - 1)) / Math.sqrt(2 * (counts.length - 1));
}

function equalShares(parts: number): number[] {
  return Array.from({ length: parts }, () => 1 / parts);
}

describe('values are uniform on the search scale', () => {
  test.each<Param>([
    { name: 'linear', type: 'float', low: -3, high: 5, log: false, step: null, default: 0 },
    { name: 'logarithmic', type: 'float', low: 1e-6, high: 10, log: true, step: null, default: 1 },
  ])('$name', param => {
    const counts = new Uint32Array(40);
    for (const config of draw([param])) counts[Math.min(39, Math.floor(toUnit(param, config[param.name]!) * 40))]! += 1;
    expect(unevenness([...counts], equalShares(40))).toBeLessThan(5);
  });

  const listed: readonly (readonly [Param, readonly Json[]])[] = [
    [
      { name: 'grid', type: 'float', low: 0, high: 0.5, log: false, step: 0.1, default: 0 },
      [0, 0.1, 0.2, 0.3, 0.4, 0.5],
    ],
    [{ name: 'log grid', type: 'float', low: 0.001, high: 1, log: true, step: 10, default: 1 }, [0.001, 0.01, 0.1, 1]],
    [{ name: 'int', type: 'int', low: -2, high: 4, log: false, step: 3, default: 1 }, [-2, 1, 4]],
    [{ name: 'powers', type: 'int', low: 16, high: 130, log: true, step: 2, default: 16 }, [16, 32, 64, 128]],
    [{ name: 'categorical', type: 'categorical', choices: ['a', null, [1]], default: 'a' }, ['a', null, [1]]],
    [{ name: 'boolean', type: 'boolean', default: false }, [false, true]],
  ];
  test.each(listed)('each value of $name is equally likely', (param, values) => {
    const names = values.map(value => JSON.stringify(value));
    const drawn = draw([param]).map(config => JSON.stringify(config[param.name]));
    expect(new Set(drawn)).toEqual(new Set(names));
    const counts = names.map(name => drawn.filter(other => other === name).length);
    expect(unevenness(counts, equalShares(values.length))).toBeLessThan(5);
  });

  test('whole numbers on the log scale share [low - 0.5, high + 0.5]', () => {
    const param: Param = { name: 'n', type: 'int', low: 1, high: 20, log: true, step: 1, default: 1 };
    const counts = new Uint32Array(20);
    for (const config of draw([param])) counts[(config['n'] as number) - 1]! += 1;
    const shares = Array.from(
      { length: 20 },
      (_, index) => Math.log((index + 1.5) / (index + 0.5)) / Math.log(20.5 / 0.5),
    );
    expect(unevenness([...counts], shares)).toBeLessThan(5);
  });
});

test('parameters are independent of each other', () => {
  const flags = ['a', 'b'].map((name): Param => ({ name, type: 'boolean', default: false }));
  const cells = draw(flags).map(({ a, b }) => Number(a) * 2 + Number(b));
  const counts = [0, 1, 2, 3].map(cell => cells.filter(other => other === cell).length);
  expect(unevenness(counts, equalShares(4))).toBeLessThan(5);
});

test('constraints leave the rest as likely as it was', () => {
  const die = ['a', 'b'].map((name): Param => ({
    name,
    type: 'int',
    low: 1,
    high: 6,
    log: false,
    step: 1,
    default: 1,
  }));
  const sums = draw(die, ['a + b <= 4']).map(({ a, b }) => `${String(a)}${String(b)}`);
  const allowed = ['11', '12', '13', '21', '22', '31'];
  expect(
    unevenness(
      allowed.map(name => sums.filter(other => other === name).length),
      equalShares(6),
    ),
  ).toBeLessThan(5);
});
