/** Classes of learning curves: generated ones with a known class, and real ones of small nets made to fit badly. */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import type { Json } from '../../src/space/space.ts';
import type { Observer } from '../../src/study/ports.ts';
import { createRng, type Rng } from '../../src/study/rng.ts';
import type { Measurement } from '../../src/study/trial.ts';
import { adviceFor } from '../../src/train/advice.ts';
import { prepareBatches } from '../../src/train/batches.ts';
import { classifyCurve, classifyTrial, type CurveClass } from '../../src/train/curve-class.ts';
import { dataSection, loadDataset } from '../../src/train/data/section.ts';
import { fitSection } from '../../src/train/fit-section.ts';
import type { Curve } from '../../src/train/fit.ts';
import { NonFiniteLoss } from '../../src/train/non-finite-loss.ts';
import { createGraphs } from '../../src/train/graphs.ts';
import { phasesOf } from '../../src/train/phases.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';

describe('generated curves', () => {
  const context = { untrained: 1, usual: 0.3 };

  /** Losses that fall from 1 to `floor` with the given half-life, plus whatever is added; noise as a share. */
  function curveOf(
    epochs: number,
    noise: number,
    rng: Rng,
    at: (epoch: number) => readonly [train: number, validation: number],
  ) {
    const points = Array.from({ length: epochs }, (_, epoch) => at(epoch));
    const noisy = (value: number, share: number): number => value * (1 + share * rng.normal());
    return {
      train: points.map(([train]) => noisy(train, noise / 2)),
      validation: points.map(([, validation]) => noisy(validation, noise)),
    };
  }

  const fall = (epoch: number, floor: number, halfLife: number): number =>
    floor + (1 - floor) * 0.5 ** ((epoch + 1) / halfLife);
  const between = (rng: Rng, low: number, high: number): number => low + (high - low) * rng.uniform();

  const kinds: Readonly<Record<CurveClass, (rng: Rng) => Curve>> = {
    good: rng => {
      const [epochs, floor] = [20 + rng.int(60), between(rng, 0.05, 0.28)];
      const gap = between(rng, 1, 1.15);
      return curveOf(epochs, 0.02, rng, e => [fall(e, floor, epochs / 12), gap * fall(e, floor, epochs / 12)]);
    },
    underfit: rng => {
      const [epochs, floor] = [20 + rng.int(60), between(rng, 0.45, 0.8)];
      return curveOf(epochs, 0.005, rng, e => [fall(e, floor, epochs / 15), 1.03 * fall(e, floor, epochs / 15)]);
    },
    overfit: rng => {
      const [epochs, rise] = [20 + rng.int(60), between(rng, 0.3, 1.5)];
      return curveOf(epochs, 0.02, rng, e => [
        fall(e, 0.02, epochs / 8),
        fall(e, 0.2, epochs / 15) + (rise * e) / epochs,
      ]);
    },
    unfinished: rng => {
      const epochs = 20 + rng.int(60);
      const halfLife = epochs * between(rng, 0.4, 1.2);
      return curveOf(epochs, 0.003, rng, e => [fall(e, 0.05, halfLife), 1.03 * fall(e, 0.05, halfLife)]);
    },
    stalled: rng => curveOf(20 + rng.int(60), 0.003, rng, () => [1, 1.01]),
    diverged: rng => {
      const [epochs, growth] = [10 + rng.int(40), between(rng, 1.2, 2)];
      return curveOf(epochs, 0.05, rng, e => [growth ** e, 1.1 * growth ** e]);
    },
    unstable: rng => {
      const epochs = 20 + rng.int(60);
      return curveOf(epochs, 0.35, rng, e => [fall(e, 0.2, epochs / 12), 1.1 * fall(e, 0.2, epochs / 12)]);
    },
  };

  const classes = Object.keys(kinds) as CurveClass[];

  it('have their class in 95 of 100 cases, each kind in 85', () => {
    const runs = 100;
    const right = classes.map(kind => {
      const found = Array.from({ length: runs }, (_, run) =>
        classifyCurve(kinds[kind](createRng(1000 + run, kind)), context),
      );
      return found.filter(name => name === kind).length;
    });
    expect(right.reduce((sum, count) => sum + count, 0) / (runs * classes.length)).toBeGreaterThan(0.95);
    expect(Math.min(...right) / runs).toBeGreaterThan(0.85);
  });

  it('that are good are never called overfit', () => {
    const found = Array.from({ length: 200 }, (_, run) =>
      classifyCurve(kinds.good(createRng(run, 'healthy')), context),
    );
    expect(found).not.toContain('overfit');
  });

  it('of too few epochs have no class, and losses that are no numbers have diverged', () => {
    expect(classifyCurve({ train: [1, 0.5, 0.3], validation: [1, 0.6, 0.4] })).toBeUndefined();
    expect(classifyCurve({ train: [1, NaN], validation: [1, 2] })).toBe('diverged');
    expect(classifyTrial({ curve: [] })).toBeUndefined();
    expect(classifyTrial({ curve: [], failure: { cause: 'nan', message: '' } })).toBe('diverged');
    expect(
      classifyTrial({ curve: [1, 2, 3, 4, 5].map(step => ({ step, value: 1, metrics: { myLoss: 1 } })) }),
    ).toBeUndefined();
  });

  it('have advice for each class', () => {
    for (const kind of classes) expect(adviceFor[kind].text).toMatch(/\.$/);
    expect(adviceFor.underfit.raise[0]).toBe('units');
    expect(adviceFor.overfit.lower[0]).toBe('units');
  });
});

describe('real curves', () => {
  beforeAll(() => loadBackend());

  interface Net {
    readonly layers: readonly Json[];
    readonly train: Readonly<Record<string, Json>>;
    /** Of which a third validates. */
    readonly data: Readonly<Record<string, Json>>;
  }

  async function curveOf({ layers, train, data }: Net) {
    const section = dataSection.parse({ ...data, split: { validation: 0.3, test: 0.05 } });
    const dataset = await loadDataset(section, '.', 1);
    const batches = prepareBatches(dataset, section, 1);
    const options = trainSection.parse({ earlyStopping: false, ...train });
    const layersHere = dataset.inputShape.length === 3 ? ['flatten', ...layers] : layers;
    const phases = phasesOf(dataset, modelSection.parse({ layers: layersHere }), options);
    const curve: Measurement[] = [];
    const metric = { name: 'valLoss', goal: 'minimize' } as const;
    const observe: Observer = measurement => {
      curve.push(measurement);
      return 'continue';
    };
    try {
      await fitSection(
        phases,
        { dataset, batches, train: options, metric, seed: 1, graphs: createGraphs() },
        { observe },
      );
      return { curve };
    } catch (error) {
      if (!(error instanceof NonFiniteLoss)) throw error;
      return { curve, failure: { cause: 'nan' as const, message: error.message } };
    } finally {
      batches.dispose();
    }
  }

  const digits = (examples: number): Net['data'] => ({ glyphs: { examples, size: 16, noise: 0.2 } });
  const dense = (units: number): Json => ({ dense: { units, activation: 'relu' } });

  const cases: readonly (readonly [CurveClass, string, Net])[] = [
    [
      'good',
      'a net of the right size',
      { data: { twoMoons: { examples: 1500 } }, layers: [dense(16)], train: { optimizer: { adam: 0.01 }, epochs: 30 } },
    ],
    [
      'overfit',
      'a wide net on few digits',
      { data: digits(100), layers: [dense(128)], train: { optimizer: { adam: 0.003 }, epochs: 60 } },
    ],
    [
      'underfit',
      'two units for ten digits',
      { data: digits(3000), layers: [dense(2)], train: { optimizer: { adam: 0.01 }, epochs: 40 } },
    ],
    [
      'unfinished',
      'a low learning rate',
      { data: digits(1000), layers: [dense(32)], train: { optimizer: { sgd: 0.003 }, epochs: 20 } },
    ],
    [
      'stalled',
      'next to no learning rate',
      { data: digits(1000), layers: [dense(32)], train: { optimizer: { sgd: 1e-7 }, epochs: 10 } },
    ],
    [
      'diverged',
      'a learning rate far too high',
      { data: digits(1000), layers: [dense(32), dense(32)], train: { optimizer: { sgd: 100 }, epochs: 10 } },
    ],
    [
      'unstable',
      'a high learning rate',
      {
        data: { twoMoons: { examples: 1500 } },
        layers: [dense(16)],
        train: { optimizer: { momentum: { learningRate: 1 } }, epochs: 30 },
      },
    ],
  ];

  it.each(cases)('%s: %s', async (expected, _, net) => {
    const trial = await curveOf(net);
    expect(classifyTrial(trial, { untrained: Math.log('glyphs' in net.data ? 10 : 2), usual: 0.3 })).toBe(expected);
  });
});
