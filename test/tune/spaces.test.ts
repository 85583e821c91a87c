/** Every space file of the package runs as it is; those that show a technique: technique-spaces.test.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { lacksSharedData } from '../shared-data.ts';
import { scoreModel } from './score-model.ts';
import { curve } from './studies.ts';
import { techniqueSpaces } from './technique-spaces.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const spaces = fileURLToPath(new URL('../../search-spaces', import.meta.url));
const names = readdirSync(spaces).filter(
  name => name.endsWith('.json') && name !== 'schema.json' && !(name in techniqueSpaces),
);

test.for(names)('%s ends with a model and its test score', { timeout: 120_000 }, async (name, { skip }) => {
  const text = readFileSync(join(spaces, name), 'utf8');
  skip(text.includes('shared/data') && lacksSharedData);
  // An epoch of each trial is enough, however long that takes on this machine.
  const limits = { trials: 2, slots: 2, trialDuration: 60, duration: 1 };
  const { trials, report, files } = await tune(join(spaces, name), { ...limits, reports: folder });
  expect(trials.map(({ state, attempt }) => ({ state, attempt }))).toEqual([
    { state: 'complete', attempt: 1 },
    { state: 'complete', attempt: 1 },
  ]);
  const { accuracy, mse } = report.model!.test.metrics;
  const { data } = parse(text) as { data: unknown };
  expect(scoreModel(files.model!, data, spaces) / (accuracy ?? mse)!).toBeCloseTo(1, 3);
});

test('regression trains on normalized targets and is scored in the units of the data', async () => {
  const { best, report, files } = await tune(curve, { trials: 1, reports: folder });
  const { normalization } = JSON.parse(readFileSync(join(files.model!, 'tune.json'), 'utf8'));
  const [scale] = normalization.targets.scale as [number];
  expect(scale).toBeGreaterThan(3);
  const { valMse, valLoss } = best!.attributes as { readonly [name: string]: number };
  expect(valMse! / valLoss!).toBeCloseTo(scale ** 2, 3);
  const { loss, metrics } = report.model!.test;
  expect(metrics['mse']! / loss).toBeCloseTo(scale ** 2, 3);
  expect(scoreModel(files.model!, curve.data) / metrics['mse']!).toBeCloseTo(1, 4);
});
