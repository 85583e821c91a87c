/** Forward hypergradients on the backend against the float64 reference: check 1 of issue 6. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { forwardOnBackend, parametersOf, slopeOf } from './backend.ts';
import { forwardMode } from './reference/forward-mode.ts';
import { hypers, networkTraining } from './reference/problems.ts';
import type { HyperName } from './reference/rules.ts';

beforeAll(() => loadBackend());

describe.each(['momentum', 'adamw'] as const)('%s', rule => {
  const compare = async (steps: number) => {
    const training = networkTraining(rule, steps);
    const found = await forwardOnBackend(rule, training);
    return parametersOf(rule).map(parameter => {
      const name = parameter.name as HyperName;
      const expected = forwardMode(training, hypers[rule], name) * slopeOf(parameter, hypers[rule][name]!);
      return { name, found: found[name], expected };
    });
  };

  test.each([1, 5, 50])('each derivative after %i steps', async steps => {
    for (const { found, expected } of await compare(steps))
      expect(Math.abs(found - expected)).toBeLessThanOrEqual(0.02 * Math.abs(expected) + 1e-5);
  });

  test('their direction after 300 steps', async () => {
    const pairs = await compare(300);
    const dot = (a: 'found' | 'expected', b: 'found' | 'expected'): number =>
      pairs.reduce((sum, pair) => sum + pair[a] * pair[b], 0);
    expect(dot('found', 'expected') / Math.sqrt(dot('found', 'found') * dot('expected', 'expected'))).toBeGreaterThan(
      0.99,
    );
  });
});
