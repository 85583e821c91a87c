/** Real files load to the right shapes; sums and counts come from NumPy on the same files. */
import { describe, expect, it } from 'vitest';
import { fitInputs } from '../../../src/train/data/normalization.ts';
import { lacksSharedData, sharedData } from '../../shared-data.ts';
import { classCounts, load, sum } from './helpers.ts';
import { golden } from './sklearn-golden.ts';

describe.skipIf(lacksSharedData)('real data', () => {
  it('MNIST: bytes, with a test set of its own', async () => {
    const data = await load('idx', {
      images: sharedData('mnist10k/train-images-idx3-ubyte.gz'),
      labels: sharedData('mnist10k/train-labels-idx1-ubyte.gz'),
      testImages: sharedData('mnist10k/t10k-images-idx3-ubyte.gz'),
      testLabels: sharedData('mnist10k/t10k-labels-idx1-ubyte.gz'),
    });
    expect(data).toMatchObject({ task: 'classification', size: 10_000, inputShape: [28, 28, 1], testSize: 2000 });
    expect(data.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(data.inputs).toBeInstanceOf(Uint8Array);
    expect(sum(data.inputs.subarray(0, 8000 * 784))).toBe(209_668_060);
    expect(sum(data.inputs.subarray(8000 * 784))).toBe(52_478_540);
    expect(sum(data.targets.subarray(0, 8000))).toBe(35_401);
    expect(sum(data.targets.subarray(8000))).toBe(8967);
  });

  it('digits: 64 columns without a header, gzipped', async () => {
    const data = await load('csv', { file: sharedData('sklearn/digits.csv.gz'), header: false });
    expect(data).toMatchObject({
      task: 'classification',
      size: 1797,
      inputShape: [64],
      targetSize: 1,
      target: ['c65'],
    });
    expect(sum(data.inputs)).toBe(561_718);
    expect(classCounts(data)).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });

  it("breast cancer: scikit-learn's first line passed over; normalization as scikit-learn's", async () => {
    const data = await load('csv', { file: sharedData('sklearn/breast_cancer.csv'), header: false, skipRows: 1 });
    expect(data).toMatchObject({ task: 'classification', size: 569, inputShape: [30], classes: ['0', '1'] });
    expect(sum(data.inputs)).toBeCloseTo(1_056_474.45964, 0);
    expect(classCounts(data)).toEqual([212, 357]);
    const rows = Int32Array.from({ length: 569 }, (_, row) => row);
    for (const method of ['standard', 'minMax'] as const) {
      const { offset, scale } = fitInputs(data, rows, method);
      // The file's numbers are float32 here and float64 there.
      offset.forEach((value, column) => expect(value).toBeCloseTo(golden.breastCancer[method].offset[column]!, 3));
      scale.forEach((value, column) => expect(value / golden.breastCancer[method].scale[column]!).toBeCloseTo(1, 6));
    }
  });

  it('iris: three classes of 50', async () => {
    const data = await load('csv', { file: sharedData('sklearn/iris.csv'), header: false, skipRows: 1 });
    expect(data).toMatchObject({ task: 'classification', size: 150, inputShape: [4], classes: ['0', '1', '2'] });
    expect(sum(data.inputs)).toBeCloseTo(2078.7, 2);
    expect(classCounts(data)).toEqual([50, 50, 50]);
  });

  it.each([
    ['energy', 768, 8, 905_758.88, 17_131.93],
    ['kin8nm', 8192, 8, 162.0562991, 5851.410369],
    ['power', 9568, 4, 11_103_904.07, 4_347_364.41],
    ['concrete', 1030, 8, 2_460_861.1, 36_892.5],
  ])('%s: regression by a column of the header', async (name, size, features, inputSum, targetSum) => {
    const data = await load('csv', { file: sharedData(`uci/${name}.csv.gz`), target: 'y' });
    expect(data).toMatchObject({ task: 'regression', size, inputShape: [features], targetSize: 1, target: ['y'] });
    expect(data.columns![0]).toBe('x1');
    expect(data.targets).toBeInstanceOf(Float32Array);
    expect(Math.abs(sum(data.inputs) / inputSum - 1)).toBeLessThan(1e-6);
    expect(Math.abs(sum(data.targets) / targetSum - 1)).toBeLessThan(1e-6);
  });

  it('diabetes: spaces between columns', async () => {
    const file = sharedData('sklearn/diabetes_data_raw.csv.gz');
    const data = await load('csv', { file, header: false, delimiter: ' ', target: ['c9', 'c10'] });
    expect(data).toMatchObject({
      task: 'regression',
      size: 442,
      inputShape: [8],
      targetSize: 2,
      target: ['c9', 'c10'],
    });
    expect(sum(data.inputs) + sum(data.targets)).toBeCloseTo(276_404.2336, 1);
  });
});
