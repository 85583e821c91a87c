/** Copies of the best trial and polishing: whose turn it is, and what they begin with. */
import { describe, expect, test } from 'vitest';
import { repeatBest } from '../../src/samplers/gradient-repeats.ts';
import { partsOf } from '../../src/samplers/gradient-space.ts';
import { defineSpace } from '../../src/space/define-space.ts';
import type { Config, Space } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import type { Trial } from '../../src/study/trial.ts';

const share = { type: 'float', low: 0, high: 1, tune: 'gradient' } as const;
const space = defineSpace({
  kind: { type: 'categorical', choices: ['a', 'b'] },
  x: share,
  y: share,
  hypergradient: { type: 'categorical', choices: ['online', 'restart', 'off'] },
});

function repeat(history: readonly Trial[], trial: number, of: Space = space): Config | undefined {
  return repeatBest(partsOf(of)!, { space: of, history, trial, seed: 1, rng: createRng(1) });
}

function complete(id: number, value: number, config: Config, attributes: Trial['attributes'] = {}): Trial {
  const whole = { kind: 'a', x: 0.5, y: 0.25, hypergradient: 'online', ...config };
  return { id, state: 'complete', attempt: 1, config: whole, value, attributes, curve: [], startedAt: '' };
}

/** Eight trials, the fourth of which is the best. */
const eight = Array.from({ length: 8 }, (_, id) =>
  complete(id, Math.abs(id - 3) + 10, { x: id / 10 }, { learned: { x: 0.9 - id / 10, y: 0.125 } }),
);

describe('a plain copy', () => {
  test('is tried by every eighth trial once eight have completed', () => {
    const copy = { kind: 'a', x: 0.3, y: 0.25, hypergradient: 'off' };
    const turns = Array.from({ length: 33 }, (_, trial) => trial).filter(
      trial => repeat(eight, trial)?.['hypergradient'] === 'off',
    );
    expect(turns).toEqual([0, 8, 16, 24, 32]);
    expect(repeat(eight, 16)).toEqual(copy);
    expect(repeat(eight.slice(0, 7), 8)).toBeUndefined();
    const unfinished = eight.map((trial, id): Trial => (id === 7 ? { ...trial, state: 'pruned' } : trial));
    expect(repeat(unfinished, 8)).toBeUndefined();
  });

  test('is not tried twice, not of itself, and not where nothing is tuned', () => {
    const copied = [...eight, complete(8, 20, { x: 0.3, hypergradient: 'off' })];
    expect(repeat(copied, 16)).toBeUndefined();
    expect(repeat([...copied, { ...complete(9, 0, { x: 0.7 }), state: 'failed' }], 16)).toBeUndefined();
    expect(repeat([...copied, complete(9, 1, { x: 0.7 })], 16)).toMatchObject({ x: 0.7, hypergradient: 'off' });
    expect(repeat([...eight, complete(8, 1, { x: 0.3, hypergradient: 'off' })], 16)).toBeUndefined();
    const conditional = defineSpace({
      kind: { type: 'categorical', choices: ['a', 'b'] },
      x: { ...share, when: { kind: ['a'] } },
      hypergradient: { type: 'categorical', choices: ['online', 'restart', 'off'] },
    });
    const plain = eight.map(trial => ({ ...trial, config: { kind: 'b', hypergradient: 'online' } }));
    expect(repeat(plain, 16, conditional)).toBeUndefined();
  });
});

describe('polishing', () => {
  const restart = (id: number, value: number, x: number, y: number, slopes: Readonly<Record<string, number>>): Trial =>
    complete(id, value, { x, y, hypergradient: 'restart' }, { learned: { x, y }, hypergradient: slopes });
  const values = (config: Config | undefined): readonly unknown[] | undefined => config && [config['x'], config['y']];

  test('begins halfway between copies, with what the best trial learned', () => {
    const turns = Array.from({ length: 33 }, (_, trial) => trial).filter(
      trial => repeat(eight, trial)?.['hypergradient'] === 'restart',
    );
    expect(turns).toEqual([12, 20, 28]);
    expect(repeat(eight, 12)).toEqual({ kind: 'a', x: 0.6, y: 0.125, hypergradient: 'restart' });
  });

  test('begins with the values of a best trial that learned nothing', () => {
    const best = complete(8, 1, { x: 0.7, hypergradient: 'off' });
    expect(repeat([...eight, best], 12)).toEqual({ kind: 'a', x: 0.7, y: 0.25, hypergradient: 'restart' });
  });

  test('goes down the gradient of the best trial with fixed values, by a tenth of the steepest range', () => {
    const history = [...eight, restart(12, 5, 0.6, 0.05, { x: -2, y: 1 })];
    expect(values(repeat(history, 20))).toEqual([0.7, 0]);
    // A better trial without a gradient makes no difference; one with a gradient does.
    expect(values(repeat([...history, complete(13, 1, { x: 0.1 })], 20))).toEqual([0.7, 0]);
    expect(values(repeat([...history, restart(13, 1, 0.2, 0.4, { x: 4, y: 4 })], 20))).toEqual([0.1, 0.3]);
  });

  test('grows steps that help by a fifth, and halves others', () => {
    const first = restart(12, 5, 0.5, 0.5, { x: 1, y: 0 });
    const better = restart(20, 4, 0.4, 0.5, { x: 1, y: 0 });
    expect(values(repeat([...eight, first, better], 28))).toEqual([0.28, 0.5]);
    const worse = restart(20, 6, 0.4, 0.5, { x: 1, y: 0 });
    expect(values(repeat([...eight, first, worse], 28))).toEqual([0.45, 0.5]);
    const failed: Trial = { ...worse, state: 'failed' };
    expect(values(repeat([...eight, first, failed], 28))).toEqual([0.45, 0.5]);
    // Of one that still runs nothing is known, and it is not tried again.
    const running: Trial = { ...worse, state: 'running' };
    expect(repeat([...eight, first, running], 28)).toBeUndefined();
    expect(values(repeat([...eight, first, better, restart(28, 9, 0.28, 0.5, {})], 36))).toEqual([0.34, 0.5]);
  });

  test('ends when steps become small, or there is no gradient', () => {
    const first = restart(12, 5, 0.5, 0.5, { x: 1, y: 0 });
    const worse = [20, 28, 36, 44].map((id, k) => restart(id, 6, 0.5 - 0.1 / 2 ** k, 0.5, { x: 1 }));
    expect(values(repeat([...eight, first, ...worse.slice(0, 3)], 44))).toEqual([0.4875, 0.5]);
    expect(repeat([...eight, first, ...worse], 52)).toBeUndefined();
    expect(repeat([...eight, restart(12, 5, 0.5, 0.5, { x: 0, y: 0 })], 20)).toBeUndefined();
  });

  test('does not leave the space', () => {
    const bounded: Space = { ...space, constraints: ['x + y <= 1'] };
    const history = [...eight, restart(12, 5, 0.5, 0.45, { x: -1, y: 0 })];
    expect(values(repeat(history, 20))).toEqual([0.6, 0.45]);
    expect(repeat(history, 20, bounded)).toBeUndefined();
  });
});
