/** A study whose inputs are read from disk in every epoch. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tune, type TuneResult } from '../../src/index.ts';
import { predict } from '../../src/tune/predict.ts';
import { scoreModel } from './score-model.ts';
import { testFolder } from './test-folder.ts';

const folder = testFolder();
const rows = 600;

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Four numbers around the center of a class. */
const numbers = Float32Array.from(
  { length: rows * 4 },
  (_, index) => ((index >> 2) % 3) * (index % 4) + Math.sin(index * index),
);
const classes = Array.from({ length: rows }, (_, row) => row % 3);

function csvFile(): string {
  const line = (row: number): string => `${numbers.subarray(row * 4, (row + 1) * 4).join()},${classes[row]}`;
  return write('table.csv', ['a,b,c,d,y', ...classes.map((_, row) => line(row)), ''].join('\n'));
}

function idxFile(name: string, sides: readonly number[], bytes: readonly number[]): string {
  const header = Buffer.alloc(4 + 4 * sides.length);
  header.set([0, 0, 8, sides.length]);
  sides.forEach((side, index) => header.writeInt32BE(side, 4 + 4 * index));
  return write(name, Buffer.concat([header, Buffer.from(bytes)]));
}

function npyFile(name: string, descr: string, shape: string, values: Float32Array | Int32Array): string {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n';
  const head = Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(text)]);
  return write(name, Buffer.concat([head, new Uint8Array(values.buffer)]));
}

const pixels = Array.from({ length: rows * 16 }, (_, index) => ((index >> 4) % 3) * 60 + ((index * 31) % 57));
const target = Float32Array.from({ length: rows }, (_, row) => 5 * numbers[row * 4 + 1]! - 20);

const sources = {
  csv: { csv: csvFile() },
  idx: {
    idx: { images: idxFile('images.idx', [rows, 4, 4], pixels), labels: idxFile('labels.idx', [rows], classes) },
  },
  npy: {
    npy: {
      inputs: npyFile('x.npy', '<f4', `${rows}, 4`, numbers),
      targets: npyFile('y.npy', '<f4', `${rows},`, target),
    },
    task: 'regression',
  },
};

async function train(name: string, data: object, others: object = {}, trials = 1): Promise<TuneResult> {
  const study = {
    name,
    data,
    model: { layers: ['flatten', { dense: { units: 8, activation: 'relu' } }, { dropout: 0.1 }] },
    train: { optimizer: { adam: 0.01 }, epochs: 4, earlyStopping: false },
    ...others,
  };
  return tune(study, { trials, slots: 1, reports: folder });
}

function losses({ best }: TuneResult): number[] {
  return best!.curve.flatMap(({ metrics }) => [metrics!['trainLoss']!, metrics!['valLoss']!]);
}

test.each(Object.entries(sources))('%s', async (name, source) => {
  const inMemory = await train(`${name}-memory`, source);
  const whole = await train(`${name}-whole`, { ...source, streaming: true });
  // One chunk holds all rows: the epochs are the same, and so are the models.
  expect(whole.best!.attributes!['weightsHash']).toBe(inMemory.best!.attributes!['weightsHash']);
  losses(whole).forEach((loss, index) => expect(loss).toBeCloseTo(losses(inMemory)[index]!, 5));
  expect(whole.report.model!.test.loss).toBeCloseTo(inMemory.report.model!.test.loss, 5);

  const pieces = await train(`${name}-pieces`, { ...source, streaming: { chunk: '1KB' } });
  const curve = losses(pieces);
  expect(curve.at(-1)!).toBeLessThan(curve[1]!);
  const { test: tested } = pieces.report.model!;
  expect(tested.examples).toBe(90);
  const file = name === 'csv' ? sources.csv.csv : name === 'idx' ? sources.idx.idx.images : sources.npy.npy.inputs;
  const { rows: predicted } = await predict(pieces.files.model!, file);
  expect(predicted).toHaveLength(rows);
  const measured = name === 'npy' ? 'mse' : 'accuracy';
  expect(scoreModel(pieces.files.model!, source) / tested.metrics[measured]!).toBeCloseTo(1, 3);
});

test('what comes after: an ensemble, smaller models, the curve of its size, a SavedModel', async () => {
  const distilled = { distill: { layers: [{ dense: { units: 4, activation: 'relu' } }], epochs: 4 } };
  const study = {
    train: { optimizer: { adam: '$learningRate' }, epochs: 4, earlyStopping: false },
    space: { learningRate: { type: 'float', low: 0.001, high: 0.1, default: 0.01 } },
    after: {
      ensemble: 2,
      compress: [{ prune: { sparsity: 0.5, epochs: 1 } }, distilled],
      sizeCurve: true,
      savedModel: true,
    },
  };
  const inMemory = await train('after-memory', sources.csv, study, 2);
  const streamed = await train('after-streamed', { ...sources.csv, streaming: true }, study, 2);
  const scores = ({ report }: TuneResult): number[] => {
    const { ensemble, compressed, sizeCurve } = report.model!.after!;
    return [ensemble!.test.loss, ...compressed!.map(({ test }) => test.loss), ...sizeCurve!.map(({ value }) => value)];
  };
  expect(scores(streamed)).toHaveLength(1 + 3 + 8);
  scores(streamed).forEach((score, index) => expect(score).toBeCloseTo(scores(inMemory)[index]!, 4));
  expect(
    (await train('after-pieces', { ...sources.csv, streaming: { chunk: '1KB' } }, study, 2)).report.model,
  ).toBeDefined();
});
