/** The share of dead units, of networks whose weights kill a known number of them. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runEagerly } from '../../src/backend/graph/eager-mode.ts';
import { pack } from '../../src/backend/graph/packed.ts';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import type { Json } from '../../src/space/space.ts';
import { createRng } from '../../src/study/rng.ts';
import { deadUnits } from '../../src/train/dead-units.ts';
import { createHyper } from '../../src/train/hyper.ts';
import { createGraphs } from '../../src/train/graphs.ts';
import { batchesOf, programOf, type Kind } from './programs.ts';

beforeAll(() => loadBackend());

afterEach(() => runEagerly(false));

/** More than one minibatch of an evaluation, and no multiple of it. */
const rows = Int32Array.from({ length: 600 }, (_, row) => row);

/** @param dead biases this far below 0 in the first layer that has one keep as many of its units from ever being positive */
async function share(kind: Kind, layers: readonly Json[], dead: number): Promise<number | undefined> {
  const of = { kind, task: 'classification', layers, train: {} } as const;
  const [program, batches, graphs] = [programOf(of), batchesOf(of), createGraphs()];
  const { plan } = program;
  const firstBias = plan.weights.findIndex(({ name }) => name.endsWith('bias'));
  const weights = plan.weights.map(({ name, shape, initialize }, index) => {
    const values = initialize(shape, createRng(1, name));
    return tf.tensor(index === firstBias ? values.fill(-1000, 0, dead) : values, [...shape]);
  });
  const statistics = plan.statistics.map(({ name, shape, initialize }) =>
    tf.tensor(initialize(shape, createRng(1, name)), [...shape]),
  );
  const model = { weights: pack(weights), statistics: pack(statistics) };
  const hyper = createHyper(program, 1);
  const measure = () => deadUnits(program, batches, rows, model, hyper, graphs);
  const found = await measure();
  const before = tf.memory().numTensors;
  expect(await measure()).toBe(found);
  expect(tf.memory().numTensors).toBe(before);
  runEagerly(true);
  expect(await deadUnits(program, batches, rows, model, hyper, createGraphs())).toBe(found);
  runEagerly(false);
  return found;
}

describe('dead units', () => {
  it.each<[string, Json, number]>([
    ['relu', 'relu', 3 / 8],
    ['leakyRelu', { leakyRelu: 0.01 }, 0],
    ['prelu', 'prelu', 0],
    // 1000 below 0 its slope is lost in rounding.
    ['elu', 'elu', 3 / 8],
  ])('of 8 units, 3 of which are never positive, with %s', async (_, activation, expected) => {
    expect(await share('vector', [{ dense: { units: 8, activation } }], 3)).toBe(expected);
    expect(await share('vector', [{ dense: 8 }, 'batchNorm', { activation }], 3)).toBe(expected);
  });

  it('count over all activations', async () => {
    const layers = [{ dense: { units: 8, activation: 'relu' } }, { dense: { units: 4, activation: 'tanh' } }];
    expect(await share('vector', layers, 3)).toBe(3 / 12);
  });

  it('are channels where examples are images', async () => {
    const layers: Json[] = [{ conv2d: { filters: 4, activation: 'relu' } }, { maxPool: 2 }, { activation: 'sigmoid' }];
    // The dead channels are constant after the second activation too.
    expect(await share('image', [...layers, 'flatten'], 1)).toBe(2 / 8);
  });

  it('are none where nothing is wrong', async () => {
    expect(await share('vector', [{ dense: { units: 8, activation: 'relu' } }], 0)).toBe(0);
  });

  it('are unknown where no unit has an activation', async () => {
    expect(await share('vector', [{ dense: 8 }], 3)).toBeUndefined();
    expect(await share('vector', [], 0)).toBeUndefined();
  });
});
