/** `tune inspect`: sizes without training, and without TensorFlow. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testFolder } from '../tune/test-folder.ts';
import { tellingLibraries } from './loaded-libraries.ts';
import { root, runTune, type Ended } from './program.ts';

const cwd = testFolder();
const quickstart = join(root, 'search-spaces', 'quickstart.json');

function inspect(...args: string[]): Promise<Ended> {
  const { PATH } = process.env;
  // Nowhere could it find the addon, and it says if it had.
  return runTune(['inspect', ...args], { cwd, env: { PATH, HOME: cwd, NODE_OPTIONS: tellingLibraries } });
}

function writeSpace(name: string, space: object): string {
  writeFileSync(join(cwd, name), JSON.stringify(space, undefined, 2));
  return name;
}

const pooling = {
  data: { glyphs: { examples: 60, size: 12 } },
  model: { layers: [{ stack: { times: '$depth', layers: [{ maxPool: 2 }] } }, 'flatten', { dense: '$units' }] },
  space: {
    depth: { type: 'int', low: 1, high: 6, default: 2 },
    units: { type: 'categorical', choices: [2, 1000] },
  },
  train: { epochs: 1 },
};

test('the table of layers, the totals and the range of the space', async () => {
  const { code, out, err } = await inspect(quickstart);
  expect(err).toBe('native: false\n');
  expect(code).toBe(0);
  expect(out).toMatch(/^quickstart: 2,000 examples of 20 x 20 x 1, 10 classes\n/);
  expect(out).toMatch(/^0\.conv2d +conv2d +18 x 18 x 8 +80 +46,656$/m);
  expect(out).toMatch(/^output +dense +10 +330 +640$/m);
  expect(out).toMatch(/^total +3,330 +108,352$/m);
  expect(out).toMatch(/^activations +\d+ kB +an estimate: inputs and layer outputs of a batch of 32/m);
  expect(out).toMatch(/^smallest +950 parameters, .*filters=4, units=16/m);
  expect(out).toMatch(/^largest +22,330 parameters, .*filters=16, units=128/m);
  expect(out).toContain('0 of them are impossible');
});

test('parts of a layer are indented', async () => {
  const { out } = await inspect(writeSpace('parts.json', pooling));
  expect(out).toMatch(
    /^0\.stack +stack +3 x 3 x 1 .*\n {2}0\.maxPool +maxPool +6 x 6 x 1 .*\n {2}1\.maxPool +maxPool/m,
  );
});

test('another configuration, as one object or value by value', async () => {
  const one = await inspect(quickstart, '--json', '--config', '{"units": 64, "optimizer": "sgd"}');
  const other = await inspect(quickstart, '--json', '--set', 'units=64', '--set', 'optimizer=sgd');
  expect(other.out).toBe(one.out);
  const { config, parameters, bytes } = JSON.parse(one.out);
  expect(config).toMatchObject({ units: 64, optimizer: 'sgd', filters: 8 });
  // 72 x 64 + 64 and 64 x 10 + 10 after the 664 of the convolutions.
  expect(parameters).toBe(664 + 4672 + 650);
  expect(bytes).toMatchObject({ weights: 4 * parameters, optimizer: 0 });
});

test('impossible configurations are counted, with the reasons and an example of each', async () => {
  const limited = { ...pooling, model: { ...pooling.model, maxParameters: 30_000 } };
  const { code, out } = await inspect(writeSpace('limited.json', limited), '--json');
  expect(code).toBe(0);
  const { space } = JSON.parse(out);
  expect(space).toMatchObject({ looked: 12, isWhole: true, impossible: 7, otherData: 0 });
  expect(space.reasons).toEqual([
    { message: expect.stringContaining('maxPool with a 2x2 window'), count: 6, example: { depth: 4, units: 2 } },
    {
      message: expect.stringContaining('the model has 47010 parameters'),
      count: 1,
      example: { depth: 1, units: 1000 },
    },
  ]);
  expect(space.smallest).toMatchObject({ config: { depth: 3, units: 2 }, parameters: 34 });
  expect(space.largest).toMatchObject({ config: { depth: 2, units: 1000 }, parameters: 20_010 });
});

describe('errors', () => {
  test('an impossible default, with its place', async () => {
    const space = { ...pooling.space, depth: { type: 'int', low: 1, high: 6, default: 5 } };
    const { code, out, err } = await inspect(writeSpace('impossible.json', { ...pooling, space }));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^error: .*impossible\.json:10:7: layer 1: layer 4: maxPool with a 2x2 window got an input of 1x1\n/,
    );
  });

  test.each<[string, string[], string]>([
    ['an unknown parameter', ['--set', 'unit=64'], 'there is no parameter "unit"\n    did you mean "units"?'],
    ['an illegal value', ['--set', 'units=64'], '"units" cannot be 64'],
    ['an impossible configuration', ['--set', 'depth=5'], 'maxPool with a 2x2 window got an input of 1x1'],
    ['no value', ['--set', 'depth'], 'Expected a name and a value: units=64.'],
    ['no object', ['--config', '[1]'], 'Expected a JSON object such as {"units": 64}.'],
  ])('%s', async (_, args, message) => {
    const { code, err } = await inspect(writeSpace('pooling.json', pooling), ...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
