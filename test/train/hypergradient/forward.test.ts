/** Forward hypergradients on the backend against the float64 reference: check 1 of issue 6. */
import { beforeAll, describe, expect, test } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { forwardOnBackend, parametersOf, slopeOf } from './backend.ts';
import { forwardMode } from './reference/forward-mode.ts';
import { hyperNames, hypers, networkTraining } from './reference/problems.ts';

beforeAll(() => loadBackend());

describe.each(['momentum', 'adamw'] as const)('%s', rule => {
  test.each([1, 5, 50, 300])('%i steps', async steps => {
    const training = networkTraining(rule, steps);
    const found = await forwardOnBackend(rule, training);
    for (const parameter of parametersOf(rule)) {
      const name = parameter.name as (typeof names)[number];
      const expected = forwardMode(training, hypers[rule], name) * slopeOf(parameter, hypers[rule][name]!);
      console.log(rule, steps, name, found[name], expected, Math.abs(found[name]! - expected) / Math.abs(expected));
    }
  });
  const names = hyperNames(rule);
});
