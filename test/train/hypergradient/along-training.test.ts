/**
 * Hypergradients along whole trainings, with all that trainings have: smaller last minibatches, moving averages, frozen
 * layers, schedules of the learning rate, phases.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import type { Json } from '../../../src/space/space.ts';
import type { Learned } from '../../../src/train/hypergradient/tuning.ts';
import { asGiven } from '../../../src/train/named-tensors.ts';
import { forwardOnBackend, parametersOf, slopeOf } from './backend.ts';
import { forwardMode } from './reference/forward-mode.ts';
import * as problems from './reference/problems.ts';
import type { HyperName } from './reference/rules.ts';
import type { Training } from './reference/training.ts';
import { gradientAndDifference, parameter, regression, rowsBetween, trialOf, type Trial } from './trials.ts';

beforeAll(() => loadBackend());

const { hypers, networkTraining, table } = problems;
const dataset = regression(table);
const held = rowsBetween(200, 300);

/** The network of the reference, in a trial with fixed values. */
function restartOf(rule: 'momentum' | 'adamw', { batches }: Training, own: object = {}): Trial {
  const train = { ...problems.trainSectionOf(rule, hypers[rule]), batchSize: 25, epochs: 1, ...own };
  return {
    dataset,
    parts: { train: Int32Array.from(batches.flat()), validation: held, tuning: held },
    rounds: 1,
    layers: [{ dense: { units: problems.units, activation: 'tanh' } }],
    train: train as unknown as Trial['train'],
    tuned: parametersOf(rule),
    mode: 'restart',
    knobs: { every: 7, cap: 1e6 },
    options: { given: asGiven(problems.namedWeights(problems.initial)) },
  };
}

function expectReference({ hypergradient }: Learned, rule: 'momentum' | 'adamw', training: Training): void {
  for (const own of parametersOf(rule)) {
    const name = own.name as HyperName;
    const expected = forwardMode(training, hypers[rule], name) * slopeOf(own, hypers[rule][name]!);
    expect(Math.abs(hypergradient![name]! - expected)).toBeLessThan(0.02 * Math.abs(expected) + 1e-5);
  }
}

describe.each(['momentum', 'adamw'] as const)('with fixed values, by %s', rule => {
  it('the gradient at the end is that of forward mode', async () => {
    const training = networkTraining(rule, 40);
    const { learned } = await trialOf(restartOf(rule, training));
    const found = await forwardOnBackend(rule, training);
    for (const [name, value] of Object.entries(learned!.hypergradient!))
      expect(Math.abs(value / found[name as HyperName] - 1)).toBeLessThan(1e-3);
    expectReference(learned!, rule, training);
  });

  it.each(['keep', 'drop'] as const)('the last minibatch is smaller: %s', async lastBatch => {
    const whole = networkTraining(rule, 20);
    const more = networkTraining(rule, 21).batches[20]!.slice(0, 10);
    const training = { ...whole, batches: [...whole.batches, more] };
    const { learned } = await trialOf(restartOf(rule, training, { lastBatch }));
    expectReference(learned!, rule, lastBatch === 'keep' ? training : whole);
  });
});

/** 100 rows in minibatches of 32, measured on the rows that tune. */
function small(train: Readonly<Record<string, Json>>, layers: readonly Json[]): Trial {
  return {
    dataset,
    parts: { train: rowsBetween(0, 100), validation: held, tuning: held },
    layers,
    train: { batchSize: 32, epochs: 8, ...train },
  };
}

const tanh = { dense: { units: 8, activation: 'tanh' } } as const;
const normalized: readonly Json[] = [{ dense: 8 }, { batchNorm: { momentum: 0.7 } }, { activation: 'tanh' }];
const momentum = (learningRate: number) => ({ optimizer: { momentum: { learningRate, momentum: 0.8 } } });
const rate = parameter('lr', 'optimizer.learningRate', [1e-4, 1]);
const l2 = parameter('l2', 'l2', [1e-5, 1]);

describe('a whole training has the difference of', () => {
  const expectSame = ([found, expected]: readonly [number, number]) =>
    expect(Math.abs(found / expected - 1), `${found} for ${expected}`).toBeLessThan(2e-2);

  it('its rate, through moving averages', async () => {
    expectSame(await gradientAndDifference(rate, 0.02, value => small(momentum(value), normalized)));
  });

  it('its penalty, through moving averages', async () => {
    expectSame(await gradientAndDifference(l2, 0.01, value => small({ ...momentum(0.02), l2: value }, normalized)));
  });

  it('its rate and its penalty where a layer is frozen', async () => {
    const layers = [tanh, tanh];
    const freeze = ['0.*'];
    expectSame(await gradientAndDifference(rate, 0.02, value => small({ ...momentum(value), freeze }, layers)));
    expectSame(await gradientAndDifference(l2, 0.01, value => small({ ...momentum(0.02), l2: value, freeze }, layers)));
  });

  it('its rate, of which a schedule leaves a share', async () => {
    const trialWith = (value: number) => small({ ...momentum(value), schedule: 'cosineDecay' }, [tanh]);
    expectSame(await gradientAndDifference(rate, 0.02, trialWith));
  });

  it('the rate of one layer, and a decay of weights', async () => {
    const own = parameter('own', 'learningRates.output', [1e-2, 10]);
    expectSame(
      await gradientAndDifference(own, 0.5, value =>
        small({ ...momentum(0.02), learningRates: { output: value } }, [tanh]),
      ),
    );
    const decay = parameter('decay', 'weightDecay', [1e-3, 10]);
    expectSame(
      await gradientAndDifference(decay, 0.3, value => small({ ...momentum(0.02), weightDecay: value }, [tanh])),
    );
  });

  it('its rate where kernels have a bound', async () => {
    const trialWith = (value: number) => small({ ...momentum(value), constraint: { maxNorm: 0.5 } }, [tanh]);
    expectSame(await gradientAndDifference(rate, 0.02, trialWith, 0.02));
  });
});

describe('values that move', () => {
  const online = (trial: Trial, tuned = [rate, l2]): Trial => ({
    ...trial,
    tuned,
    knobs: { every: 3, travel: 0.5 },
  });
  const longest = (values: readonly number[]) =>
    Math.max(...values.slice(1).map((value, i) => Math.abs(Math.log(value / values[i]!))));

  const ways = {
    'a stack that grows': [
      { grow: { from: 0, every: 2 } },
      [tanh, { stack: { times: 2, layers: [{ dense: { units: 8, activation: 'tanh' } }] } }],
    ],
    'layers that thaw': [{ freeze: [{ layers: '0.*', epochs: 3 }] }, [tanh, tanh]],
    'a schedule': [{ schedule: 'cosineDecay' }, [tanh]],
    'a smaller last minibatch': [{}, [tanh]],
    'a last minibatch that is dropped': [{ lastBatch: 'drop' }, [tanh]],
  } satisfies Record<string, [object, readonly Json[]]>;

  it.each(Object.entries(ways))('with %s', async (name, [train, layers]) => {
    const { learned, curve, epochs } = await trialOf(
      online(small({ ...momentum(0.01), l2: 1e-3, ...train }, layers as Json[])),
    );
    expect(epochs).toBe(8);
    const { schedule, rollbacks } = learned!;
    expect(rollbacks).toBe(0);
    const stepsPerEpoch = name.includes('dropped') ? 3 : 4;
    expect(schedule).toMatchObject({ every: 3, stepsPerEpoch });
    for (const [name, low, high] of [
      ['lr', 1e-4, 1],
      ['l2', 1e-5, 1],
    ] as const) {
      const values = schedule.values[name]!;
      expect(values).toHaveLength(Math.ceil((8 * stepsPerEpoch) / 3));
      expect(new Set(values).size).toBeGreaterThan(4);
      // Nowhere, and at the start of no phase, do they jump.
      expect(longest(values)).toBeLessThan((4 * Math.log(high / low) * 0.5) / Math.floor((8 * stepsPerEpoch) / 3));
    }
    expect(curve.validation.at(-1)).toBeLessThan(curve.validation[0]!);
  });

  it.each(['forward', 'neumann'])('by %s, where an input is always 0 and its weights never move', async estimator => {
    const inputs = dataset.inputs.slice().map((value, i) => (i % problems.features === 2 ? 0 : value));
    const noise = parameter('noise', '1.gaussianDropout.rate', { scale: 'linear', low: 0.01, high: 0.9 });
    const trial = online(small({ optimizer: { adam: 0.01 } }, [tanh, { gaussianDropout: 0.3 }]), [rate, noise]);
    const knobs = { ...trial.knobs, estimator };
    const { learned } = await trialOf({ ...trial, dataset: { ...dataset, inputs }, knobs });
    for (const values of Object.values(learned!.schedule.values)) expect(new Set(values).size).toBeGreaterThan(4);
  });

  it('of a layer that comes only later', async () => {
    const layers = [tanh, { stack: { times: 1, layers: [{ dense: { units: 8, l2: 0.01 } }] } }];
    const own = parameter('own', '1.stack.0.dense.l2', [1e-4, 1]);
    const { learned } = await trialOf(
      online(small({ ...momentum(0.01), l2: 1e-3, grow: { from: 0, every: 4 } }, layers as never), [rate, own]),
    );
    const values = learned!.schedule.values['own']!;
    expect(values[0]).toBeCloseTo(0.01, 8);
    expect(values.every(value => value >= 1e-4 && value <= 1)).toBe(true);
    expect(values.at(-1)).not.toBe(values[0]);
  });
});
