/** Forward hypergradients on the backend against the float64 reference: check 1 of issue 6. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { forwardOnBackend, parametersOf, slopeOf } from './backend.ts';
import { forwardMode } from './reference/forward-mode.ts';
import { hypers, networkTraining } from './reference/problems.ts';
import type { HyperName } from './reference/rules.ts';

beforeAll(() => loadBackend());

describe.each(['momentum', 'adamw'] as const)('%s', rule => {
  test.each([1, 5, 50, 300])('%i steps', async steps => {
    const training = networkTraining(rule, steps);
    const found = await forwardOnBackend(rule, training);
    for (const parameter of parametersOf(rule)) {
      const name = parameter.name as HyperName;
      const expected = forwardMode(training, hypers[rule], name) * slopeOf(parameter, hypers[rule][name]!);
      expect(Math.abs(found[name] - expected), name).toBeLessThanOrEqual(0.02 * Math.abs(expected) + 1e-5);
    }
  });
});
