/** Quantized weights: the bytes of TensorFlow.js's own converter (test/golden/make-weights.py), and models that load. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf } from '../../../src/backend/tf.ts';
import {
  quantize,
  quantized,
  quantizeModel,
  type QuantizedType,
} from '../../../src/train/compress/quantized-weights.ts';
import { floatToHalf, halfToFloat } from '../../../src/train/half.ts';
import { readLayersModelFiles } from '../../../src/train/layers-model-files.ts';
import { readWeights } from '../../../src/train/transfer/read-weights.ts';
import { decodeWeights } from '../../../src/train/weights-manifest.ts';

const golden = (name: string): string => fileURLToPath(new URL(`../../golden/weights/${name}`, import.meta.url));
const script = fileURLToPath(new URL('load-layers-model.js', import.meta.url));
const types: readonly QuantizedType[] = ['uint8', 'uint16', 'float16'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tfjs-tune-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('as the converter of TensorFlow.js writes it', () => {
  it.each(types)('%s', async type => {
    await quantizeModel(golden('tfjs-float32/model.json'), folder, type);
    const [ours, theirs] = await Promise.all(
      [join(folder, 'model.json'), golden(`tfjs-${type}/model.json`)].map(readLayersModelFiles),
    );
    ours!.weights.forEach(({ entry, bytes }, index) => {
      expect({ ...entry, bytes: [...bytes] }).toEqual({
        ...theirs!.weights[index]!.entry,
        bytes: [...theirs!.weights[index]!.bytes],
      });
    });
    expect(ours!.json['modelTopology']).toEqual(theirs!.json['modelTopology']);
  });
});

describe('a model of TensorFlow.js', () => {
  let source: string;

  beforeAll(() => loadBackend());

  beforeEach(async () => {
    source = join(folder, 'source');
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, activation: 'relu' }),
        tf.layers.batchNormalization(),
        tf.layers.flatten(),
        tf.layers.dense({ units: 10, activation: 'softmax' }),
      ],
    });
    await model.save(`file://${source}`);
    model.dispose();
  });

  it.each(types)('is loaded by tf.loadLayersModel in a fresh process: %s', async type => {
    const target = join(folder, type);
    await quantizeModel(join(source, 'model.json'), target, type);
    const size = (path: string): number => statSync(join(path, 'weights.bin')).size;
    expect(size(source) / size(target)).toBe(type === 'uint8' ? 4 : 2);

    const loaded = JSON.parse(execFileSync(process.execPath, [script, target], { encoding: 'utf8' })) as Readonly<
      Record<string, number[]>
    >;
    const { weights } = await readLayersModelFiles(join(source, 'model.json'));
    const smaller = await readLayersModelFiles(join(target, 'model.json'));
    expect(Object.keys(loaded).toSorted()).toEqual(weights.map(({ entry }) => entry.name).toSorted());
    weights.forEach(({ entry, bytes }, index) => {
      const exact = decodeWeights(entry, bytes);
      const { quantization } = smaller.weights[index]!.entry;
      expect(quantization!.dtype).toBe(type);
      loaded[entry.name]!.forEach((value, i) => {
        // Half a step, and what rounding to 32 bits adds.
        const step =
          quantization!.dtype === 'float16' ? 2 ** -10 * Math.abs(exact[i]!) + 2 ** -24 : quantization!.scale;
        expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(step / 2 + 2 ** -23 * Math.abs(exact[i]!));
      });
      // What is read without TensorFlow is what TensorFlow.js has.
      expect([...decodeWeights(smaller.weights[index]!.entry, smaller.weights[index]!.bytes)]).toEqual(
        loaded[entry.name],
      );
    });
    expect((await readWeights(target)).layers.map(({ tensors }) => tensors.length)).toEqual([2, 4, 2]);
  });
});

describe('of any tensor', () => {
  const values = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 30 });
  const tensorOf = (numbers: Float32Array) => ({ name: 'w', shape: [numbers.length], values: numbers });

  it('values are within half a step, and 0 stays 0', () => {
    fc.assert(
      fc.property(values, fc.constantFrom('uint8', 'uint16'), (numbers, type) => {
        const { entry } = quantize(tensorOf(numbers), type);
        const { scale } = entry.quantization as { scale: number };
        quantized(tensorOf(numbers), type).values.forEach((value, index) => {
          const exact = numbers[index]!;
          // The values themselves are rounded to 32 bits.
          expect(Math.abs(value - exact)).toBeLessThanOrEqual(
            (scale / 2) * (1 + 1e-9) + 2 ** -24 * Math.abs(value) + 2 ** -149,
          );
          expect(exact === 0 && value !== 0).toBe(false);
        });
      }),
    );
  });

  it('is given in an empty tensor and one of equal values too', () => {
    expect(quantize(tensorOf(new Float32Array()), 'uint8')).toMatchObject({ bytes: new Uint8Array() });
    expect([...quantized(tensorOf(new Float32Array([0.1, 0.1])), 'uint8').values]).toEqual([
      ...new Float32Array([0.1, 0.1]),
    ]);
  });

  it('that is not finite is refused', async () => {
    const source = await readLayersModelFiles(golden('tfjs-float32/model.json'));
    const bytes = Buffer.concat(source.weights.map(weight => weight.bytes));
    bytes.writeFloatLE(Infinity, 0);
    const manifest = [{ paths: ['all.bin'], weights: source.weights.map(({ entry }) => entry) }];
    writeFileSync(join(folder, 'all.bin'), bytes);
    writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...source.json, weightsManifest: manifest }));
    await expect(quantizeModel(join(folder, 'model.json'), join(folder, 'target'), 'uint8')).rejects.toMatchObject({
      code: 'DATA_INVALID',
      problems: [{ message: 'the weight "alpha/kernel" has values that are not finite' }],
    });
  });
});

describe('numbers of 16 bits', () => {
  const halves = JSON.parse(readFileSync(golden('half.json'), 'utf8')) as {
    readonly decoded: readonly (readonly [bits: number, value: string])[];
    readonly encoded: readonly (readonly [value: number, bits: number])[];
  };

  it('are those of NumPy', () => {
    expect(halves.decoded.map(([bits]) => halfToFloat(bits))).toEqual(halves.decoded.map(([, value]) => Number(value)));
  });

  it('are chosen as NumPy does', () => {
    const back = Array.from({ length: 65_536 }, (_, bits) => bits).filter(bits => !Number.isNaN(halfToFloat(bits)));
    expect(back.map(bits => floatToHalf(halfToFloat(bits)))).toEqual(back);
    expect(halves.encoded.map(([value]) => floatToHalf(value))).toEqual(halves.encoded.map(([, bits]) => bits));
  });
});
