/**
 * Losses and their gradients against Keras; numbers and the command that made them: test/golden/make-optim.py. `training`
 * is compared where it differs.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf, type Tensor } from '../../src/backend/tf.ts';
import { losses } from '../../src/train/losses/index.ts';
import type { Loss } from '../../src/train/losses/loss.ts';
import { continuousKnobs } from '../../src/train/structure.ts';
import { expectClose, wave } from './waves.ts';

interface Expected {
  readonly values: readonly number[];
  readonly gradient: readonly number[];
}
const golden = JSON.parse(readFileSync(new URL('../golden/optim.json', import.meta.url), 'utf8')) as {
  readonly losses: Readonly<Record<string, Expected>>;
  readonly largeLosses: Readonly<Record<string, Expected>>;
};

beforeAll(() => loadBackend());

type Name = keyof typeof losses;

/** Those of the numbers from outside, and whether these are of `training`. */
const knobs: Readonly<Partial<Record<Name, object>>> = { focal: { gamma: 1.5 }, huber: { delta: 1.7 } };

function read(name: string): { readonly loss: Loss; readonly hyper: Record<string, Tensor> } {
  const [key, smoothed] = name.split(', ') as [Name, string | undefined];
  const loss: Loss = losses[key];
  const chosen = { technique: loss, knobs: loss.knobs.parse(smoothed ? { labelSmoothing: 0.2 } : (knobs[key] ?? {})) };
  const hyper = Object.entries(continuousKnobs(chosen)).map(([knob, value]) => [knob, tf.scalar(value)] as const);
  return { loss, hyper: Object.fromEntries(hyper) };
}

function expectLoss(name: string, outputs: Tensor, targets: Tensor, expected: Expected): void {
  const { loss, hyper } = read(name);
  const perExample = loss.training ?? loss.perExample;
  expectRelative(perExample(outputs, targets, hyper).dataSync(), expected.values);
  const gradient = tf.grad(x => tf.mean(perExample(x, targets, hyper)))(outputs);
  expectRelative(gradient.dataSync(), expected.gradient);
}

/** To 2e-6 of the largest. */
function expectRelative(actual: ArrayLike<number>, expected: readonly number[]): void {
  expectClose(actual, expected, 2e-6 * Math.max(1, ...expected.map(Math.abs)));
}

describe('values and gradients', () => {
  it.each(Object.keys(golden.losses))('%s', name => {
    const isClassification = read(name).loss.task === 'classification';
    const targets = isClassification ? tf.tensor1d([0, 3, 1, 2, 2, 0], 'int32') : wave([6, 4], 5, 3);
    expectLoss(name, wave([6, 4], 1, 3), targets, golden.losses[name]!);
  });

  it('of every loss', () => {
    // That of zero-shot learning is a part of its network: zero-shot.test.ts.
    const others = Object.keys(losses).filter(name => name !== 'classVector');
    expect(Object.keys(golden.losses)).toEqual(expect.arrayContaining(others));
  });
});

describe('outputs of 10000 and -10000', () => {
  const rows = [
    [1e4, -1e4, 0, 3],
    [-1e4, 1e4, 1e4, -1e4],
    [0, 0, -1e4, 1e4],
  ];
  const values = [
    [-1e4, 1e4, 0, 3],
    [-1e4, 0, 1e4, 1e4],
    [0, 1e-4, 0, -1e4],
  ];
  const targetsOf = ({ task }: Loss): Tensor =>
    task === 'classification' ? tf.tensor1d([0, 0, 3], 'int32') : tf.tensor2d(values);

  it.each(Object.keys(golden.largeLosses))('%s', name => {
    expectLoss(name, tf.tensor2d(rows), targetsOf(read(name).loss), golden.largeLosses[name]!);
  });

  it.each(Object.keys(losses))('%s and its gradient are finite', name => {
    const { loss, hyper } = read(name);
    const targets = targetsOf(loss);
    const { value, grad } = tf.valueAndGrad(x => tf.mean(loss.perExample(x, targets, hyper)))(tf.tensor2d(rows));
    expect([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite)).toBe(true);
  });
});

describe('label smoothing', () => {
  it.each(['softmaxCrossEntropy', 'sigmoidCrossEntropy'] as const)('of %s leaves validation as it is', name => {
    const [outputs, targets] = [wave([6, 4], 1, 3), tf.tensor1d([0, 3, 1, 2, 2, 0], 'int32')];
    const smoothed = read(`${name}, smoothed`);
    const plain = [...losses[name].perExample(outputs, targets, {}).dataSync()];
    expect([...smoothed.loss.perExample(outputs, targets, smoothed.hyper).dataSync()]).toEqual(plain);
    expect([...losses[name].training!(outputs, targets, smoothed.hyper).dataSync()]).not.toEqual(plain);
  });
});

it('focal with gamma 0 is plain cross-entropy, in its gradient too, where it is sure', () => {
  const [outputs, targets] = [
    tf.tensor2d([
      [60, 0],
      [0, 1],
      [-60, 0],
    ]),
    tf.tensor1d([0, 0, 0], 'int32'),
  ];
  const gradient = (loss: Loss, hyper: Record<string, Tensor>): number[] => [
    ...tf
      .grad(x => tf.sum(loss.perExample(x, targets, hyper)))(outputs)
      .dataSync(),
  ];
  expect(gradient(losses.focal, { gamma: tf.scalar(0) })).toEqual(gradient(losses.softmaxCrossEntropy, {}));
});
