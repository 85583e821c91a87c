/**
 * Optimizers against Keras, and Eve against the equations of its paper; numbers and the commands that made them:
 * test/golden/make-keras.py, test/golden/make-optim.py.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import { compileStep, loadBackend, optimizers, type CompiledStep } from '../../src/graph.ts';
import { continuousKnobs } from '../../src/train/structure.ts';
import type { Optimizer, Update, Updated } from '../../src/train/optimizers/optimizer.ts';
import { denseNet, expectClose, expectRun, wave, type Run } from './waves.ts';

interface Golden {
  readonly optimizers: Readonly<Record<string, readonly number[]>>;
  readonly runs: Readonly<Record<string, Run>>;
}
const [keras, own] = ['keras', 'optim'].map(
  name => JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as Golden,
) as [Golden, Golden];

type Name = keyof typeof optimizers;

beforeAll(() => loadBackend());

function firstUpdate(optimizer: Optimizer, knobs: object, size: number): Update {
  const hyper = Object.entries(continuousKnobs({ technique: optimizer, knobs: optimizer.knobs.parse(knobs) }));
  return {
    gradient: wave([size], 1),
    weight: wave([size], 0),
    slots: Object.values(optimizer.slots).map(value => tf.fill([size], value)),
    scalars: Object.values(optimizer.scalars ?? {}).map(value => tf.scalar(value)),
    hyper: Object.fromEntries(hyper.map(([knob, value]) => [knob, tf.scalar(value)])),
    step: tf.scalar(1),
    loss: tf.scalar(1 + Math.cos(1)),
    decays: () => tf.ones([size]),
  };
}

function values(tensors: readonly Tensor[]): number[] {
  return tensors.flatMap(tensor => [...tensor.dataSync()]);
}

describe('20 steps on fixed gradients', () => {
  const knobs: Record<Name, object> = {
    sgd: { learningRate: 0.05 },
    momentum: { learningRate: 0.05, momentum: 0.8 },
    nesterov: { learningRate: 0.05, momentum: 0.8 },
    adagrad: { learningRate: 0.05, epsilon: 1e-5 },
    adadelta: { learningRate: 0.5, rho: 0.9, epsilon: 1e-5 },
    rmsprop: { learningRate: 0.05, rho: 0.8, momentum: 0.5, epsilon: 1e-5 },
    rmspropCentered: { learningRate: 0.05, rho: 0.8, momentum: 0.5, epsilon: 1e-2 },
    adam: { learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-5 },
    adamw: { learningRate: 0.05, weightDecay: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 1e-5 },
    amsgrad: { learningRate: 0.05, beta1: 0.8, beta2: 0.7, epsilon: 1e-5 },
    nadam: { learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-5 },
    lion: { learningRate: 0.05, beta1: 0.8, beta2: 0.95 },
    eve: { learningRate: 0.05, beta1: 0.8, beta2: 0.95, beta3: 0.9, leastChange: 0.2, mostChange: 5, epsilon: 1e-5 },
  };

  it.each(Object.keys(optimizers) as Name[])('%s', name => {
    const optimizer: Optimizer = optimizers[name];
    const first = firstUpdate(optimizer, knobs[name], 6);
    let { weight, slots, scalars }: Updated = first;
    for (let step = 1; step <= 20; step++) {
      const given = { gradient: wave([6], step), step: tf.scalar(step), loss: tf.scalar(1 + Math.cos(step)) };
      ({ weight, slots, scalars } = optimizer.update({ ...first, ...given, weight, slots, scalars: scalars ?? [] }));
    }
    expectClose(weight.dataSync(), { ...keras.optimizers, ...own.optimizers }[name]!, 1e-6);
  });
});

describe('20 steps of a small net', () => {
  const learningRates: Record<Exclude<Name, 'sgd' | 'momentum' | 'adam'>, number> = {
    nesterov: 0.05,
    adagrad: 0.05,
    adadelta: 1,
    rmsprop: 0.01,
    rmspropCentered: 0.01,
    adamw: 0.01,
    amsgrad: 0.01,
    nadam: 0.01,
    lion: 0.01,
    eve: 0.01,
  };
  it.each(Object.entries(learningRates))('%s', (name, learningRate) => {
    expectRun({ ...denseNet, train: { optimizer: { [name]: { learningRate } } } }, own.runs[name]!);
  });
});

describe('eve', () => {
  it('takes smaller steps where the loss jumps than where it hardly moves', () => {
    const changeAfter = (losses: readonly number[]): number => {
      const first = firstUpdate(optimizers.eve, { beta3: 0.5 }, 1);
      let scalars = first.scalars;
      losses.forEach((loss, index) => {
        const given = { loss: tf.scalar(loss), step: tf.scalar(index + 1) };
        scalars = optimizers.eve.update({ ...first, ...given, scalars }).scalars!;
      });
      return values(scalars)[0]!;
    };
    // |h' - h| / min(h', h) is k = 0.1 at least and K = 10 at most: d = (1 + r) / 2.
    expect(changeAfter([2, 2])).toBeCloseTo(0.55, 5);
    expect(changeAfter([2, 3])).toBeCloseTo(0.75, 5);
    expect(changeAfter([2, 1])).toBeCloseTo(1, 5);
    expect(changeAfter([2, 1e6])).toBeCloseTo(5.5, 5);
  });

  it('goes on where the loss is 0', () => {
    const first = { ...firstUpdate(optimizers.eve, {}, 3), loss: tf.scalar(0) };
    let { weight, slots, scalars }: Updated = first;
    for (let step = 1; step <= 100; step++)
      ({ weight, slots, scalars } = optimizers.eve.update({
        ...first,
        step: tf.scalar(step),
        weight,
        slots,
        scalars: scalars!,
      }));
    expect(values([weight, ...scalars!]).every(Number.isFinite)).toBe(true);
  });
});

describe('an update from the own code of a user', () => {
  it.each<[Name, 'loss' | 'decays', string]>([
    ['eve', 'loss', 'eve cannot update weights without the loss, whose change scales its steps'],
    ['adamw', 'decays', 'adamw cannot update weights without decays(), which tells kernels from biases'],
  ])('%s without %s is refused', (name, part, message) => {
    const { [part]: _, ...given } = firstUpdate(optimizers[name], {}, 3);
    expect(() => optimizers[name].update(given as Update)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        problems: [{ message, expected: `update({ ..., ${part} })` }],
      }),
    );
  });

  it.each((Object.keys(optimizers) as Name[]).filter(name => name !== 'eve'))('%s needs no loss', name => {
    const { loss: _, ...given } = firstUpdate(optimizers[name], {}, 3);
    expect(values([optimizers[name].update(given as Update).weight]).every(Number.isFinite)).toBe(true);
  });

  it('that is compiled is refused too, and trains with a loss', async () => {
    const first = firstUpdate(optimizers.eve, { learningRate: 0.1 }, 1);
    const { weight, slots, scalars, hyper } = first;
    const state = { weight, slots, scalars, step: tf.scalar(0) as Tensor };
    const data = { x: wave([64, 1], 1, 2) };
    const create = (withLoss: boolean): CompiledStep<typeof data, typeof state, typeof hyper> =>
      compileStep(
        ({ x }, { step: done, ...own }, hyper) => {
          const { value, grad } = tf.valueAndGrad(w => tf.mean(tf.square(tf.sub(x, w))))(own.weight);
          const step: Tensor = tf.add(done, 1);
          const { decays } = first;
          const update = { ...own, hyper, step, gradient: grad, decays, ...(withLoss && { loss: value }) };
          const { weight, slots, scalars } = optimizers.eve.update(update as Update);
          return { state: { weight, slots, scalars: scalars!, step }, metrics: { loss: value } };
        },
        { batchSize: 16, data, state, hyper },
      );
    await expect(async () => create(false).epoch({ data, state, hyper })).rejects.toThrow('eve cannot update weights');
    const compiled = create(true);
    const { metrics, state: trained } = await compiled.epoch({ data, state, hyper });
    expect(compiled.isGraph).toBe(true);
    expect(metrics['loss']).toBeGreaterThan(0);
    expect(values(trained.scalars).every(value => value > 0)).toBe(true);
    compiled.dispose();
  });
});
