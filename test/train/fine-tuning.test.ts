/** Freezing, thawing, growing, learning rates by layer and transfer, through fit() on real steps. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { TuneError } from '../../src/errors.ts';
import { prepareBatches, type Batches } from '../../src/train/batches.ts';
import type { NamedTensor } from '../../src/train/checkpoint.ts';
import { dataKnobs, loadDataset } from '../../src/train/data/section.ts';
import type { Dataset } from '../../src/train/data/dataset.ts';
import { fitSection } from '../../src/train/fit-section.ts';
import type { FitResult } from '../../src/train/fit.ts';
import { createGraphs } from '../../src/train/graphs.ts';
import { matchesLayer } from '../../src/train/layers/matches-layer.ts';
import { asGiven } from '../../src/train/named-tensors.ts';
import { phasesOf } from '../../src/train/phases.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import type { Given } from '../../src/train/step.ts';
import type { PretrainedLayer } from '../../src/train/transfer/pretrained.ts';
import { transferred } from '../../src/train/transfer/transfer.ts';

let dataset: Dataset;
let batches: Batches;

beforeAll(async () => {
  await loadBackend();
  const section = dataKnobs.parse({ twoMoons: { examples: 200 } });
  dataset = await loadDataset(section, '.', 1);
  batches = prepareBatches(dataset, section, 1);
});

const block = { dense: { units: 6, activation: 'tanh' } };

function train(layers: readonly unknown[], section: object, given: Given = new Map()): Promise<FitResult> {
  const train = trainSection.parse({ optimizer: { adam: 0.02 }, earlyStopping: false, epochs: 4, ...section });
  const phases = phasesOf(dataset, modelSection.parse({ layers }), train);
  const metric = { name: 'valLoss', goal: 'minimize' } as const;
  return fitSection(phases, { dataset, batches, train, metric, seed: 3, graphs: createGraphs() }, { given });
}

function valuesOf({ weights }: FitResult, name: string): number[] {
  return [...weights.find(tensor => tensor.name === name)!.values];
}

describe('frozen layers', () => {
  const layers = [block, 'batchNorm', block];

  it('end with the bits they began with, moving averages too', async () => {
    const first = await train(layers, { epochs: 3 });
    const frozen = await train(layers, { freeze: ['0.*', '1.batchNorm'] }, asGiven(first.weights));
    const kept = ['0.dense.kernel', '0.dense.bias', '1.batchNorm.gamma', '1.batchNorm.movingMean'];
    for (const name of kept) expect(valuesOf(frozen, name)).toEqual(valuesOf(first, name));
    expect(valuesOf(frozen, '2.dense.kernel')).not.toEqual(valuesOf(first, '2.dense.kernel'));
    expect(valuesOf(frozen, 'output.kernel')).not.toEqual(valuesOf(first, 'output.kernel'));
  });

  it('thaw when it is their time', async () => {
    const start = await train(layers, { epochs: 1, freeze: ['0.*', '2.*'] });
    const freeze = [{ layers: '0.*', epochs: 2 }, '2.*'];
    const [before, after] = [
      await train(layers, { epochs: 2, freeze }, asGiven(start.weights)),
      await train(layers, { epochs: 4, freeze }, asGiven(start.weights)),
    ];
    const first = valuesOf(start, '0.dense.kernel');
    expect(valuesOf(before, '0.dense.kernel')).toEqual(first);
    expect(after.epochs).toBe(4);
    expect(after.best!.epoch).toBeGreaterThan(2);
    expect(valuesOf(after, '0.dense.kernel')).not.toEqual(first);
    expect(valuesOf(after, '2.dense.kernel')).toEqual(valuesOf(start, '2.dense.kernel'));
  });

  it('must leave one that trains', () => {
    const all = (): unknown => phasesOf(dataset, modelSection.parse({ layers }), trainSection.parse({ freeze: ['*'] }));
    expect(all).toThrow(TuneError);
    expect(all).toThrow(/every layer is frozen/);
  });
});

describe('growing', () => {
  const deep = [{ stack: { times: 3, layers: [block] } }];

  it('adds layers and keeps what is learned', async () => {
    const grown = await train(deep, { epochs: 6, grow: { from: 1, every: 2 } });
    const names = grown.weights.map(({ name }) => name);
    expect(names.filter(name => name.endsWith('kernel'))).toEqual([
      '0.stack.0.dense.kernel',
      '0.stack.1.dense.kernel',
      '0.stack.2.dense.kernel',
      'output.kernel',
    ]);
    expect(grown.best!.epoch).toBeGreaterThan(4);
    expect(grown.epochs).toBe(6);
  });

  it('starts where the shallow network has ended', async () => {
    const shallow = await train([{ stack: { times: 1, layers: [block] } }], { epochs: 2 });
    const still = { optimizer: { sgd: 1e-30 } };
    const grown = await train(deep, { ...still, epochs: 2, grow: { from: 2, every: 1 } }, asGiven(shallow.weights));
    expect(valuesOf(grown, '0.stack.0.dense.kernel')).toEqual(valuesOf(shallow, '0.stack.0.dense.kernel'));
  });

  it('must be over before the epochs are', () => {
    const short = trainSection.parse({ epochs: 4, grow: { every: 2 } });
    expect(() => phasesOf(dataset, modelSection.parse({ layers: deep }), short)).toThrow(
      /the last layers would come in epoch 5 of 4/,
    );
  });
});

it('a learning rate of 0 for a layer leaves it as it is', async () => {
  const first = await train([block], { epochs: 1 });
  const second = await train([block], { learningRates: { '0.dense': 0 } }, asGiven(first.weights));
  expect(valuesOf(second, '0.dense.kernel')).toEqual(valuesOf(first, '0.dense.kernel'));
  expect(valuesOf(second, 'output.kernel')).not.toEqual(valuesOf(first, 'output.kernel'));
});

it.each([
  ['0.dense', '0.dense.kernel', true],
  ['0.*', '0.dense.kernel', true],
  ['0.*', '10.dense.kernel', false],
  ['*', 'output.kernel', true],
  ['output', 'output.kernel', true],
  ['out', 'output.kernel', false],
  ['block*', 'block1.0.dense.kernel', true],
  ['*.dense', '0.stack.1.dense.bias', true],
  ['a*b*c', 'axxbyyc.kernel', true],
  ['a*b*c', 'acb.kernel', false],
  ['ab*ba', 'aba.kernel', false],
])('the pattern %s and the weight %s: %s', (pattern, weight, matches) => {
  expect(matchesLayer(pattern, weight)).toBe(matches);
});

describe('transfer', () => {
  const tensor = (name: string, shape: readonly number[], value: number): NamedTensor => ({
    name,
    shape,
    values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
  });
  const source = [
    { name: 'first', tensors: [tensor('kernel', [2, 6], 1), tensor('bias', [6], 2)] },
    { name: 'odd', tensors: [tensor('kernel', [9, 9], 3)] },
    { name: 'second', tensors: [tensor('kernel', [6, 6], 4), tensor('bias', [6], 5)] },
    { name: 'output', tensors: [tensor('kernel', [6, 2], 6), tensor('bias', [2], 7)] },
  ];
  const plan = () =>
    phasesOf(dataset, modelSection.parse({ layers: [block, block] }), trainSection.parse({}))[0].program.plan;
  const into = (knobs: object, layers: readonly PretrainedLayer[] = source, isOrdered = true) =>
    transferred({ from: 'x', newHead: true, ...knobs }, { path: 'x', layers, isOrdered }, plan());
  const firsts = (given: Given) => Object.fromEntries([...given].map(([name, values]) => [name, values[0]]));

  it('goes by order and shape where no name is the same, without the head', () => {
    const renamed = source.map(layer => (layer.name === 'output' ? { ...layer, name: 'theirs' } : layer));
    expect(() => into({}, renamed, false)).toThrow(/no layer of x fits/);
    expect(firsts(into({}, renamed))).toEqual({
      '0.dense.kernel': 1,
      '0.dense.bias': 2,
      '1.dense.kernel': 4,
      '1.dense.bias': 5,
    });
  });

  it('goes by given names', () => {
    expect(firsts(into({ layers: { second: '1.dense' } }))).toEqual({ '1.dense.kernel': 4, '1.dense.bias': 5 });
  });

  it('takes the head along where it is wanted', () => {
    expect(firsts(into({ newHead: false }))).toEqual({ 'output.kernel': 6, 'output.bias': 7 });
  });

  it.each([
    [{ layers: { secnd: '1.dense' } }, /has no layer "secnd"[^]*second/],
    [{ layers: { second: '1.dens' } }, /has no layer "1.dens"[^]*1.dense/],
    [{ layers: { odd: '1.dense' } }, /"odd" \[9x9\] does not fit "1.dense" \[6x6, 6\]/],
  ])('%j is refused', (knobs, message) => {
    expect(() => into(knobs)).toThrow(message);
  });

  it('is refused where nothing fits', () => {
    expect(() => into({}, [source[1]!])).toThrow(/no layer of x fits/);
  });
});
