/** Sizes of models against Keras and TensorFlow's profiler (test/golden/make-inspect.py). */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/space/space.ts';
import { inspect } from '../../src/train/inspect.ts';
import { planTraining } from '../../src/train/planned.ts';

interface Golden {
  readonly inputShape: readonly number[];
  readonly layers: readonly { readonly output: readonly number[]; readonly parameters: number }[];
  readonly weights: number;
  readonly slots: Readonly<Record<string, number>>;
  readonly flops: number;
}

const golden = JSON.parse(readFileSync(new URL('../golden/inspect.json', import.meta.url), 'utf8')) as Record<
  string,
  Golden
>;

/** The same layers, without the output layer that Keras had to be told. */
const models: Readonly<Record<string, readonly Json[]>> = {
  image: [
    { conv2d: { filters: 8, kernelSize: 3 } },
    'batchNorm',
    { activation: 'relu' },
    { maxPool: 2 },
    { conv2d: { filters: 6, kernelSize: [3, 5], padding: 'same', strides: 2 } },
    { averagePool: 2 },
    'flatten',
    { dense: { units: 32, activation: 'relu' } },
    { dropout: 0.2 },
  ],
  table: [{ dense: { units: 16, useBias: false } }, { dense: { units: 16, activation: 'tanh' } }],
};

function inspected(layers: Json, train: Json, { inputShape, layers: expected }: Golden) {
  const targetSize = expected.at(-1)!.output[0]!;
  const data = { task: 'regression', inputShape, targetSize } as const;
  return inspect(data, planTraining({ space: { params: [], constraints: [] }, model: { layers }, train }, data, {}));
}

describe.each(Object.entries(models))('the %s model', (name, layers) => {
  const expected = golden[name]!;

  test('has the layers, weights and operations of its twin', () => {
    const found = inspected(layers, {}, expected);
    expect(found.layers.map(({ output, parameters }) => ({ output, parameters }))).toEqual(expected.layers);
    expect(found.bytes.weights).toBe(4 * expected.weights);
    expect(found.flops).toBe(expected.flops);
    expect(found.parameters).toBe(expected.layers.reduce((sum, { parameters }) => sum + parameters, 0));
  });

  test.each(Object.entries(expected.slots))('needs the memory of %s', (optimizer, numbers) => {
    expect(inspected(layers, { optimizer }, expected).bytes.optimizer).toBe(4 * numbers);
  });

  test('has a batch of inputs and layer outputs as activations', () => {
    const perExample = [{ output: expected.inputShape }, ...expected.layers]
      .map(({ output }) => output.reduce((product, side) => product * side))
      .reduce((sum, numbers) => sum + numbers);
    expect(inspected(layers, { batchSize: 5 }, expected).bytes.activations).toBe(4 * 5 * perExample);
  });
});

test('parts of a layer come after it, one level deeper, and count once in the totals', () => {
  const expected = golden['table']!;
  const stack: Json = { stack: { times: 2, layers: [{ dense: 16 }, { dropout: 0.1 }] } };
  const { layers, parameters, bytes } = inspected([stack], { batchSize: 1 }, expected);
  expect(layers.map(({ name, kind, depth }) => [name, kind, depth])).toEqual([
    ['0.stack', 'stack', 0],
    ['0.dense', 'dense', 1],
    ['1.dropout', 'dropout', 1],
    ['2.dense', 'dense', 1],
    ['3.dropout', 'dropout', 1],
    ['output', 'dense', 0],
  ]);
  expect(layers[0]!.parameters).toBe(128 + 272);
  expect(parameters).toBe(128 + 272 + 51);
  expect(bytes.activations).toBe(4 * (7 + 4 * 16 + 3));
});

test('frozen layers keep their weights and need no memory of the optimizer', () => {
  const { parameters, trained, bytes } = inspected(
    models['table']!,
    { optimizer: 'adam', freeze: ['0.dense'] },
    golden['table']!,
  );
  expect({ parameters, trained }).toEqual({ parameters: 435, trained: 323 });
  expect(bytes).toMatchObject({ weights: 4 * 435, optimizer: 8 * 323 });
});
