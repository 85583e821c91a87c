/** What a trained trial says about the size and the speed of its model. */
import { expect, test } from 'vitest';
import { tune } from '../../src/index.ts';
import { moons } from './studies.ts';
import { testFolder } from './test-folder.ts';

const reports = testFolder();

test('operations and the time of an inference are facts of a trial, not metrics of its best epoch', async () => {
  const { trials, report } = await tune(moons, { trials: 3, slots: 2, reports });
  for (const { config, attributes } of trials) {
    const units = Number(config['units']);
    // Two inputs, `units` hidden ones, two classes.
    expect(attributes).toMatchObject({ parameters: 5 * units + 2, flops: 8 * units });
    const { inferenceMs, inferenceMsPerExample } = attributes as Record<string, number>;
    expect(inferenceMs).toBeGreaterThan(0);
    expect(inferenceMsPerExample).toBeGreaterThan(0);
  }
  for (const { metrics } of report.trials)
    expect(Object.keys(metrics).filter(name => !/^(train|val)/.test(name))).toEqual([]);
});

test('they change nothing that a seed decides', async () => {
  const outcomes = async (slots: number) => {
    const { trials } = await tune({ ...moons, name: `slots-${slots}` }, { slots, reports });
    return trials.map(({ value, attributes }) => [value, attributes!['weightsHash']]);
  };
  expect(await outcomes(2)).toEqual(await outcomes(1));
});
