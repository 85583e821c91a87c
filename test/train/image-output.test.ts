/** Networks whose own output is the prediction: images from images. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import { TuneError } from '../../src/errors.ts';
import type { Json } from '../../src/space/space.ts';
import { inspect } from '../../src/train/inspect.ts';
import { psnr } from '../../src/train/metrics/psnr.ts';
import { planTraining } from '../../src/train/planned.ts';
import type { DataShape } from '../../src/train/program.ts';

beforeAll(() => loadBackend());

const images: DataShape = { task: 'regression', inputShape: [6, 4, 1], targetSize: 24 };

function planned(model: { readonly [name: string]: Json }, data = images) {
  return planTraining({ space: { params: [], constraints: [] }, model, train: {} }, data, {});
}

const convolutions = (filters: number): Json[] => [
  { conv2d: { filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' } },
  { conv2d: { filters, kernelSize: 3, padding: 'same' } },
];

describe('without an output layer', () => {
  it('the layers are all that is trained', () => {
    const { layers, parameters } = inspect(images, planned({ layers: convolutions(1), output: 'none' }));
    expect(parameters).toBe(9 * 3 + 3 + 9 * 3 + 1);
    expect(layers.at(-1)).toMatchObject({ name: 'output', kind: 'flatten', output: [24], parameters: 0 });
  });

  it('the graph is another one', () => {
    const structures = ['dense', 'none'].map(output => {
      const model = { layers: ['flatten', { dense: 24 }], output };
      return planned(model).phases[0].program.structure;
    });
    expect(new Set(structures).size).toBe(2);
  });

  it('as many class scores as there are classes are needed', () => {
    const data: DataShape = { task: 'classification', inputShape: [4], targetSize: 1, classes: ['a', 'b', 'c'] };
    expect(planned({ layers: [{ dense: 3 }], output: 'none' }, data).phases[0].program.plan.output).toEqual([3]);
    expect(() => planned({ layers: [{ dense: 4 }], output: 'none' }, data)).toThrow(
      /the layers put out 4 values for each example, its target has 3/,
    );
  });

  it('images of another size are refused', () => {
    const refused = (): unknown => planned({ layers: convolutions(2), output: 'none' });
    expect(refused).toThrow(TuneError);
    expect(refused).toThrow(/the layers put out 48 values .+ has 24\n +expected layers that end in 24 values/);
  });
});

describe('the peak signal-to-noise ratio', () => {
  it("is TensorFlow's", () => {
    const golden = JSON.parse(readFileSync(new URL('../golden/super-resolution.json', import.meta.url), 'utf8'));
    const measured = psnr.perExample(tf.tensor2d(golden.enlarged), tf.tensor2d(golden.images), tf.scalar(1));
    measured.dataSync().forEach((value, index) => expect(value).toBeCloseTo(golden.psnr[index], 3));
  });

  it('of normalized values is that of the values', () => {
    const [targets, outputs] = [tf.tensor2d([[0, 1, 2]]), tf.tensor2d([[0.1, 1.1, 2.1]])];
    // An error of 0.1 normalized is one of 0.05: 20 log10(20).
    expect(psnr.perExample(outputs, targets, tf.scalar(0.5)).dataSync()[0]).toBeCloseTo(26.0206, 3);
  });

  it('is finite where there is no error', () => {
    const same = tf.zeros([1, 3]);
    expect(psnr.perExample(same, same, tf.scalar(1)).dataSync()[0]).toBeCloseTo(100, 3);
  });

  it('is measured of images alone', () => {
    const namesOf = (data: DataShape): string[] =>
      planned({ layers: ['flatten'] }, data).phases[0].program.metrics.map(({ name }) => name);
    expect(namesOf(images)).toEqual(['mae', 'mse', 'psnr']);
    expect(namesOf({ ...images, targetSize: 2 })).toEqual(['mae', 'mse']);
    expect(namesOf({ task: 'regression', inputShape: [3], targetSize: 3 })).toEqual(['mae', 'mse']);
  });
});
