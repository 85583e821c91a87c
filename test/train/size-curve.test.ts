/** The data-size curve: the sentence, and its forecast for a size that was held back, on real training. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { createRng } from '../../src/study/rng.ts';
import { prepareBatches } from '../../src/train/batches.ts';
import { dataSection, loadDataset } from '../../src/train/data/section.ts';
import { fitSection } from '../../src/train/fit-section.ts';
import { createGraphs } from '../../src/train/graphs.ts';
import { phasesOf } from '../../src/train/phases.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';
import { curveSizes, sizeCurve } from '../../src/train/size-curve.ts';

const sizes = [100, 200, 400, 800];

describe('the sentence', () => {
  it('says what twice the data would bring', () => {
    const { now, twice, sentence } = sizeCurve(
      [...sizes, 1600],
      [...sizes, 1600].map((size, index) => (0.1 + 3 * size ** -0.5) * (index % 2 === 0 ? 1.001 : 0.999)),
    )!;
    expect(now).toMatchObject({ size: 1600, loss: expect.closeTo(0.175, 2) });
    expect(twice).toMatchObject({ size: 3200, loss: expect.closeTo(0.153, 2) });
    expect(sentence).toMatch(
      /^Twice the data \(3200 training rows\) would lower the loss by 1\d %, from 0\.17\d+ to 0\.15\d+ \(95 % of the time between 0\.\d+ and 0\.\d+\)\.$/,
    );
  });
  it('says where it would bring nothing', () => {
    const { sentence } = sizeCurve(sizes, [0.5, 0.501, 0.499, 0.5])!;
    expect(sentence).toMatch(
      /^Twice the data \(1600 training rows\) would hardly change the loss: from 0\.4997 to 0\.4995 /,
    );
  });
  it('says so where the noise is as large as the gain', () => {
    expect(sizeCurve(sizes, [0.5, 0.45, 0.38, 0.37])!.sentence).toMatch(/ might lower the loss by \d %/);
    expect(sizeCurve(sizes, [0.5, 0.3, 0.42, 0.3])!.sentence).toMatch(/^The losses vary too much to say /);
  });
  it('needs three sizes and four losses', () => {
    expect(sizeCurve([100, 200, 400], [3, 2, 1])).toBeUndefined();
    expect(sizeCurve([100, 100, 200, 200], [3, 3, 2, 2])).toBeUndefined();
  });
});

it('trains on an eighth, a quarter, half and all, and on no fewer than ten rows', () => {
  expect(curveSizes(6800)).toEqual([850, 1700, 3400, 6800]);
  expect(curveSizes(50)).toEqual([13, 25, 50]);
});

describe('real training', () => {
  beforeAll(() => loadBackend());

  it('on 100 to 800 drawn digits foretells the loss of 1600', { timeout: 180_000 }, async () => {
    const data = { glyphs: { examples: 2400, size: 14, noise: 0.15 }, split: { validation: 0.25, test: 0.05 } };
    const section = dataSection.parse(data);
    const dataset = await loadDataset(section, '.', 1);
    const batches = prepareBatches(dataset, section, 1);
    const options = trainSection.parse({ optimizer: { adam: 0.003 }, epochs: 25, earlyStopping: { patience: 3 } });
    const layers = ['flatten', { dense: { units: 32, activation: 'relu' } }];
    const phases = phasesOf(dataset, modelSection.parse({ layers }), options);
    const [graphs, metric] = [createGraphs(), { name: 'valLoss', goal: 'minimize' } as const];
    const lossOf = async (size: number, seed: number): Promise<number> => {
      const train = createRng(seed, 'rows').shuffle(batches.train).subarray(0, size);
      const context = { dataset, batches: { ...batches, train }, train: options, metric, seed, graphs };
      const { best } = await fitSection(phases, context);
      return best!.value;
    };
    const runs = sizes.flatMap(size => [1, 2].map(seed => ({ size, seed })));
    const losses: number[] = [];
    for (const { size, seed } of runs) losses.push(await lossOf(size, seed));
    const { twice, sentence } = sizeCurve(
      runs.map(({ size }) => size),
      losses,
    )!;
    const measured = await lossOf(1600, 3);
    expect(sentence).toMatch(/ would lower the loss by 2\d %/);
    expect(twice.size).toBe(1600);
    expect(measured).toBeGreaterThan(twice.low);
    expect(measured).toBeLessThan(twice.high);
    // An interval that says something.
    expect(twice.high - twice.low).toBeLessThan(0.8 * twice.loss);
    batches.dispose();
  });
});
