/** Trained weights of every format, as Keras and TensorFlow.js wrote them: test/golden/make-weights.py. */
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TuneError } from '../../../src/errors.ts';
import { writeCheckpoint } from '../../../src/train/checkpoint.ts';
import { readWeights } from '../../../src/train/transfer/read-weights.ts';
import type { PretrainedLayer } from '../../../src/train/transfer/pretrained.ts';

interface GoldenLayer {
  readonly name: string;
  readonly tensors: readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[];
}

const golden = (name: string): string => fileURLToPath(new URL(`../../golden/weights/${name}`, import.meta.url));
const expected = JSON.parse(readFileSync(golden('weights.json'), 'utf8')) as Readonly<Record<string, GoldenLayer[]>>;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Without the names of the tensors, which differ by format. */
function plain(layers: readonly PretrainedLayer[]): GoldenLayer[] {
  return layers.map(({ name, tensors }) => ({
    name,
    tensors: tensors.map(({ shape, values }) => ({ shape, values: [...values] })),
  }));
}

async function problemOf(path: string): Promise<TuneError> {
  const error: unknown = await readWeights(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TuneError);
  return error as TuneError;
}

describe('weights of Keras are read exactly, in the order of the model', () => {
  it.each(['cnn-keras3', 'cnn-keras2', 'nested-keras3', 'nested-keras2'])('%s', async name => {
    for (const ending of ['keras', 'h5']) {
      const { layers, isOrdered } = await readWeights(golden(`${name}.${ending}`));
      expect(plain(layers)).toEqual(expected[name]);
      expect(isOrdered).toBe(true);
    }
  });

  it('the same from .weights.h5, which does not know the order', async () => {
    for (const name of ['cnn-keras3', 'nested-keras3']) {
      const { layers, isOrdered } = await readWeights(golden(`${name}.weights.h5`));
      expect(new Map(plain(layers).map(layer => [layer.name, layer]))).toEqual(
        new Map(expected[name]!.map(layer => [layer.name, layer])),
      );
      expect(isOrdered).toBe(false);
    }
  });

  it('nor the names, where Keras 2 wrote it: classes and numbers stand for them', async () => {
    const { layers } = await readWeights(golden('nested-keras2.weights.h5'));
    const names = layers.map(({ name }) => name);
    // Numbers by their value.
    const counted = Array.from({ length: 11 }, (_, i) => (i === 0 ? 'dense' : `dense_${i}`));
    expect(names).toEqual([...counted, 'lstm', 'sequential/dense', 'sequential/dense_1']);
  });

  it('with the names of the tensors where the file has them', async () => {
    const { layers } = await readWeights(golden('cnn-keras3.h5'));
    expect(layers.map(({ name, tensors }) => [name, tensors.map(tensor => tensor.name)])).toEqual([
      ['zeta', ['kernel', 'bias']],
      ['norm', ['gamma', 'beta', 'moving_mean', 'moving_variance']],
      ['middle', ['kernel', 'bias']],
      ['alpha', ['kernel', 'bias']],
    ]);
    const counted = await readWeights(golden('cnn-keras3.keras'));
    expect(counted.layers[0]!.tensors.map(({ name }) => name)).toEqual(['0', '1']);
  });

  it('with the parts of layers in front of those names', async () => {
    for (const ending of ['keras', 'h5']) {
      const { layers } = await readWeights(golden(`parts-keras3.${ending}`));
      expect(layers.map(({ name }) => name)).toEqual(['both']);
      const values = layers[0]!.tensors.map(tensor => [tensor.name, [...tensor.values]]);
      expect(Object.fromEntries(values)).toEqual(expected[`parts.${ending}`]);
    }
  });

  it('of 16 and 64 bits, compressed, in the newest layout of HDF5; whole numbers are left out', async () => {
    const { layers } = await readWeights(golden('types.h5'));
    expect(plain(layers)).toEqual(expected['types']);
    expect(layers[0]!.tensors.map(({ name }) => name)).toEqual(['half', 'double', 'packed']);
  });
});

describe('LayersModel folders of TensorFlow.js', () => {
  it('as the converter writes them, in several files', async () => {
    for (const path of [golden('tfjs-float32'), golden('tfjs-float32/model.json')]) {
      const { layers, isOrdered } = await readWeights(path);
      expect(plain(layers)).toEqual(expected['cnn-keras2']);
      expect(isOrdered).toBe(true);
    }
  });

  it.each(['uint8', 'uint16', 'float16'])('quantized to %s', async kind => {
    const { layers } = await readWeights(golden(`tfjs-${kind}`));
    const steps = kind === 'uint8' ? 255 : kind === 'uint16' ? 65_535 : 2 ** 10;
    layers.forEach(({ tensors }, at) =>
      tensors.forEach(({ values }, index) => {
        const exact = expected['cnn-keras2']![at]!.tensors[index]!.values;
        const range = Math.max(...exact) - Math.min(...exact);
        // float16 keeps 11 bits of each value.
        const allowed = kind === 'float16' ? 2 ** -11 * Math.max(...exact.map(Math.abs)) : (1.01 * range) / steps;
        exact.forEach((value, i) => expect(Math.abs(values[i]! - value)).toBeLessThanOrEqual(allowed));
      }),
    );
  });

  it("of a study's last run that saved a model", async () => {
    for (const run of ['2026-11-02', '2026-11-02.9', '2026-11-02.10'])
      cpSync(golden(run.endsWith('10') ? 'tfjs-float16' : 'tfjs-uint8'), join(folder, run, 'model'), {
        recursive: true,
      });
    for (const other of ['2026-11-03', 'checkpoints']) mkdirSync(join(folder, other));
    expect(plain((await readWeights(folder)).layers)).toEqual(
      plain((await readWeights(golden('tfjs-float16'))).layers),
    );
  });

  it('of ours: without the layers that normalize', async () => {
    const target = join(folder, 'model');
    cpSync(golden('tfjs-float32'), target, { recursive: true });
    const describe = (task: string, inputs: string, targets: string): void =>
      writeFileSync(
        join(target, 'tune.json'),
        JSON.stringify({
          format: 'tfjs-tune/model/1',
          task,
          normalization: { inputs: { method: inputs }, targets: { method: targets } },
        }),
      );
    const names = async (): Promise<string[]> => (await readWeights(target)).layers.map(({ name }) => name);
    describe('classification', 'none', 'none');
    expect(await names()).toEqual(['zeta', 'norm', 'middle', 'alpha']);
    describe('classification', 'standard', 'standard');
    expect(await names()).toEqual(['norm', 'middle', 'alpha']);
    describe('regression', 'standard', 'standard');
    expect(await names()).toEqual(['norm', 'middle']);
  });
});

it('checkpoints of ours, by layer', async () => {
  const path = join(folder, 'trial-3');
  const tensor = (name: string, ...values: number[]) => ({
    name,
    shape: [values.length],
    values: new Float32Array(values),
  });
  await writeCheckpoint(path, [
    tensor('0.conv2d.kernel', 1, 2),
    tensor('0.conv2d.bias', 3),
    tensor('1.stack.0.batchNorm.gamma', 4),
    tensor('2.dense.kernel', 5),
    tensor('1.stack.0.batchNorm.movingMean', 6),
  ]);
  const { layers, isOrdered } = await readWeights(path);
  expect(layers).toEqual([
    { name: '0.conv2d', tensors: [tensor('kernel', 1, 2), tensor('bias', 3)] },
    { name: '1.stack.0.batchNorm', tensors: [tensor('gamma', 4), tensor('movingMean', 6)] },
    { name: '2.dense', tensors: [tensor('kernel', 5)] },
  ]);
  expect(isOrdered).toBe(true);
});

describe('wrong files are told with what was expected', () => {
  it('no file, an empty folder, an empty file, text', async () => {
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text'), 'hello, these are no weights');
    const header = JSON.stringify({ format: 'tfjs-tune/checkpoint/1', tensors: [{ name: 'a.b', shape: [1e9] }] });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    writeFileSync(join(folder, 'huge'), Buffer.concat([length, Buffer.from(header)]));
    for (const path of [join(folder, 'none'), folder])
      expect(await problemOf(path)).toMatchObject({ code: 'FILE_UNREADABLE' });
    for (const name of ['huge', 'empty', 'text'])
      expect(await problemOf(join(folder, name))).toMatchObject({
        code: 'DATA_INVALID',
        problems: [{ message: 'this file holds no trained weights', where: { file: join(folder, name) } }],
      });
  });

  it.each(['cnn-keras3.h5', 'cnn-keras3.weights.h5', 'cnn-keras3.keras'])('%s cut short', async name => {
    const bytes = readFileSync(golden(name));
    for (const share of [0.2, 0.5, 0.9]) {
      writeFileSync(join(folder, name), bytes.subarray(0, bytes.length * share));
      const error = await problemOf(join(folder, name));
      expect(error.code).toBe('DATA_INVALID');
      expect(error.problems[0]).toMatchObject({ where: { file: join(folder, name) }, expected: /Keras/ as never });
    }
  });

  it.each([
    ['external.h5', 'the HDF5 data does not read: unable to open external raw data file'],
    ['linked.h5', 'no weights are in this file'],
    ['loop.h5', 'the HDF5 file has groups more than 40 deep'],
    ['huge.h5', 'the file claims to hold more than 16 times its size'],
  ])('%s leads nowhere', async (name, message) => {
    expect((await problemOf(golden(name))).problems[0]!.message).toBe(message);
  });
});

describe('model.json that is wrong', () => {
  type Model = {
    format: string;
    modelTopology: unknown;
    weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
  };

  async function problemWith(change: (model: Model) => void): Promise<string> {
    cpSync(golden('tfjs-float32'), folder, { recursive: true });
    const path = join(folder, 'model.json');
    const model = JSON.parse(readFileSync(path, 'utf8')) as Model;
    change(model);
    writeFileSync(path, JSON.stringify(model));
    const error = await problemOf(folder);
    expect(error.code).toMatch(/DATA_INVALID|FILE_UNREADABLE/);
    return error.message;
  }

  it('leads out of its folder', async () => {
    for (const escape of ['../secret.bin', '/etc/passwd', 'a/../../secret.bin', '..\\secret.bin'])
      expect(await problemWith(model => (model.weightsManifest[0]!.paths[0] = escape))).toMatch(
        /lead out of the folder.*\n.*expected files beside model\.json/,
      );
  });

  it('has other sizes than its files, or files that are missing', async () => {
    expect(await problemWith(model => (model.weightsManifest[0]!.weights[0]!.shape = [1e9, 1e9]))).toMatch(
      /are 372 bytes\n.*expected 4000000000000000/,
    );
    expect(await problemWith(model => (model.weightsManifest[0]!.weights[0]!.shape = [-1]))).toMatch(/shape/);
    expect(
      await problemWith(model => (model.weightsManifest[0]!.paths = Array(1e5).fill('group1-shard1of4.bin'))),
    ).toMatch(/bytes or more/);
    expect(await problemWith(model => model.weightsManifest[0]!.paths.push('more.bin'))).toMatch(
      /there is no such file/,
    );
    expect(await problemWith(model => (model.weightsManifest[0]!.weights[0]!.dtype = 'string'))).toMatch(
      /type string\n.*expected one of float32/,
    );
  });

  it('is a GraphModel, which has no layers', async () => {
    expect(await problemWith(model => (model.modelTopology = { node: [], versions: {} }))).toMatch(/no LayersModel/);
  });

  it('has names that JavaScript knows', async () => {
    cpSync(golden('tfjs-float32'), folder, { recursive: true });
    const path = join(folder, 'model.json');
    const text = readFileSync(path, 'utf8').replaceAll('"alpha"', '"__proto__"').replaceAll('"alpha/', '"__proto__/');
    writeFileSync(path, text);
    const { layers } = await readWeights(folder);
    expect(layers.at(-1)!.name).toBe('__proto__');
    expect({}).not.toHaveProperty('tensors');
  });
});

it('the beginning of the file tells its format, not its name', async () => {
  copyFileSync(golden('cnn-keras3.keras'), join(folder, 'weights.h5'));
  copyFileSync(golden('cnn-keras3.h5'), join(folder, 'weights.keras'));
  for (const name of ['weights.h5', 'weights.keras'])
    expect(plain((await readWeights(join(folder, name))).layers)).toEqual(expected['cnn-keras3']);
});
