/** Which graphs are kept, and for how long. */
import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { CompiledStep } from '../../../../src/backend/graph/compile-step.ts';
import { takeGraph, whileTraining } from '../../../../src/backend/graph/model/graphs.ts';
import { innerModel, layersIn, type LayersModel } from '../../../../src/backend/graph/model/layers-model.ts';
import { loadBackend } from '../../../../src/backend/load.ts';
import { tf } from '../../../../src/backend/tf.ts';

beforeAll(() => loadBackend());

let compiled: string[] = [];
let freed: string[] = [];
beforeEach(() => {
  compiled = [];
  freed = [];
});

function newModel(): LayersModel {
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 1, inputShape: [2] }));
  model.compile({ optimizer: tf.train.adam(), loss: 'meanSquaredError' });
  return innerModel(model);
}

function take(model: LayersModel, name: string, { bytes = 1000, details = name as unknown, rows = [1, 2] } = {}): void {
  takeGraph(model, [tf.zeros(rows)], details, () => {
    compiled.push(name);
    return { bytes, dispose: () => void freed.push(name) } as unknown as CompiledStep<any, any, any>;
  });
}

async function fitting(model: LayersModel, run: () => void | Promise<void>): Promise<void> {
  await whileTraining(model, async () => run());
}

test('a graph serves all fits of the same model, with any number of rows', async () => {
  const model = newModel();
  await fitting(model, () => take(model, 'a'));
  await fitting(model, () => take(model, 'b', { details: 'a', rows: [7, 2] }));
  expect(compiled).toEqual(['a']);
});

test('what the graph would not see needs another one', async () => {
  const model = newModel();
  const layer = layersIn(model).at(-1) as unknown as Record<string, unknown>;
  const changes: Readonly<Record<string, () => void>> = {
    nothing: () => {},
    'a number of a layer': () => (layer['rate'] = 0.5),
    'a setting of the optimizer': () => ((model.optimizer_ as unknown as { beta1: number }).beta1 = 0.1),
    'a function': () => (model.lossFunctions[0] = (a, b) => tf.sub(a, b)),
  };
  await fitting(model, () => {
    for (const [name, change] of Object.entries(changes)) {
      change();
      take(model, name, { details: 'same' });
      (model.optimizer_ as unknown as { learningRate: number }).learningRate *= 2;
      take(model, 'another learning rate', { details: 'same' });
    }
    take(model, 'other columns', { details: 'same', rows: [1, 3] });
  });
  expect(compiled).toEqual([...Object.keys(changes), 'other columns']);
});

test('a model keeps the graphs that it used last', async () => {
  const model = newModel();
  const names = Array.from({ length: 10 }, (_, index) => `graph ${index}`);
  await fitting(model, () => names.forEach(name => take(model, name)));
  expect(freed).toEqual(['graph 0', 'graph 1']);
});

test('models that have not trained for long lose theirs, but none in training nor the latest', async () => {
  const [idle, busy, latest] = [newModel(), newModel(), newModel()];
  const large = { bytes: 2 ** 40 };
  await fitting(idle, () => take(idle, 'idle'));
  await fitting(busy, async () => {
    take(busy, 'busy', large);
    await fitting(latest, () => take(latest, 'latest', large));
    expect(freed).toEqual(expect.arrayContaining(['idle']));
    expect(freed).not.toContain('busy');
  });
  expect(freed).toContain('latest');
  expect(freed).not.toContain('busy');
});
