/** Coordinates of tuned values: plain numbers, and the same inside compiled steps. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf } from '../../../src/backend/tf.ts';
import {
  coordinateOf,
  endsOf,
  fromCoordinate,
  reachOf,
  toCoordinate,
  type Coordinate,
} from '../../../src/train/hypergradient/coordinate.ts';
import type { Hyper } from '../../../src/train/step.ts';
import { isInLoss, isOfUpdate, moved, tunedAt } from '../../../src/train/hypergradient/values.ts';

const rate: Coordinate = { scale: 'log', low: 1e-4, high: 1 };
const momentum: Coordinate = { scale: 'complement', low: 0, high: 0.999 };
const smoothing: Coordinate = { scale: 'linear', low: 0.1, high: 0.5 };
const all = { rate, momentum, smoothing };

describe('a coordinate', () => {
  it('has equal steps for equal ratios of rates, of what momenta forget, and for equal differences of others', () => {
    const quarters = (coordinate: Coordinate) => [0, 0.25, 0.5, 1].map(phi => fromCoordinate(coordinate, phi));
    const close = (found: readonly number[], expected: readonly number[]) =>
      found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 12));
    close(quarters(rate), [1e-4, 1e-3, 1e-2, 1]);
    close(quarters(momentum), [0, 1 - 10 ** -0.75, 1 - 10 ** -1.5, 0.999]);
    close(quarters(smoothing), [0.1, 0.2, 0.3, 0.5]);
  });

  it.each(Object.entries(all))('of a %s goes there and back, upwards, and never out of the range', (_, coordinate) => {
    const { low, high } = coordinate;
    expect([toCoordinate(coordinate, low), toCoordinate(coordinate, high)]).toEqual([0, 1]);
    const phis = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(phis, phis, (a, b) => {
        const [one, other] = [a, b].map(phi => fromCoordinate(coordinate, phi)) as [number, number];
        expect(toCoordinate(coordinate, one)).toBeCloseTo(a, 9);
        expect((one - other) * (a - b)).toBeGreaterThanOrEqual(0);
        expect(one).toBeGreaterThanOrEqual(low);
        expect(one).toBeLessThanOrEqual(high);
      }),
    );
    for (const outside of [-1, 2]) expect([low, high]).toContain(fromCoordinate(coordinate, outside));
    expect(toCoordinate(coordinate, high + 1e-3)).toBe(1);
  });

  it('of a range without width is 0', () => {
    expect(toCoordinate({ scale: 'log', low: 0.1, high: 0.1 }, 0.1)).toBe(0);
    expect(fromCoordinate({ scale: 'log', low: 0.1, high: 0.1 }, 0.7)).toBeCloseTo(0.1, 15);
  });

  it('reaches as many e-folds as its range has', () => {
    expect(reachOf(rate)).toBeCloseTo(Math.log(1e4), 12);
    expect(reachOf(momentum)).toBeCloseTo(Math.log(1000), 12);
    expect(reachOf(smoothing)).toBe(1);
    expect(endsOf(smoothing)).toEqual({ from: 0.1, to: 0.5 });
  });

  it('of a momentum keeps it from remembering forever', () => {
    const param = { type: 'float', low: 0.5, high: 1, log: false, step: null } as never;
    expect(coordinateOf(param, true)).toEqual({ scale: 'complement', low: 0.5, high: 0.9999 });
    expect(coordinateOf(param, false)).toEqual({ scale: 'linear', low: 0.5, high: 1 });
  });
});

describe('inside a step', () => {
  beforeAll(() => loadBackend());

  const parameters = [
    { name: 'lr', hyper: ['optimizer.learningRate', 'learningRates.output'], coordinate: rate },
    { name: 'mu', hyper: ['optimizer.momentum'], coordinate: momentum },
    { name: 'ls', hyper: ['loss.labelSmoothing'], coordinate: smoothing },
  ];
  const phis = [0.3, 0.6, 0.9];
  const numbers = (hyper: object) =>
    Object.fromEntries(Object.entries(hyper).map(([name, tensor]) => [name, tensor.dataSync()[0] as number]));
  const expectAll = (found: Hyper, expected: Readonly<Record<string, number>>) => {
    expect(Object.keys(found).toSorted()).toEqual(Object.keys(expected).toSorted());
    for (const [name, value] of Object.entries(numbers(found)))
      expect(Math.abs(value / expected[name]! - 1), `value of ${name}`).toBeLessThan(1e-5);
  };

  /** Numbers of the parameters by hyperparameter, where a schedule leaves half of the learning rate. */
  const atHalfTheRate = ([lr, mu, ls]: readonly number[]) => ({
    'optimizer.learningRate': lr! / 2,
    'learningRates.output': lr!,
    'optimizer.momentum': mu!,
    'loss.labelSmoothing': ls!,
  });

  it('values are those of their coordinates, and the learning rate is what its schedule leaves', () => {
    const values = parameters.map(({ coordinate }, i) => fromCoordinate(coordinate, phis[i]!));
    expectAll(tunedAt(parameters, phis, 0.5).values, atHalfTheRate(values));
  });

  it('slopes are derivatives of these values', () => {
    const at = (by: number) => parameters.map(({ coordinate }, index) => fromCoordinate(coordinate, phis[index]! + by));
    const [up, down] = [at(1e-5), at(-1e-5)];
    const slopes = up.map((value, i) => (value - down[i]!) / 2e-5);
    expectAll(tunedAt(parameters, phis, 0.5).slopes, atHalfTheRate(slopes));
  });

  it('values of one parameter move along their slopes, and the others stay', () => {
    const { values, slopes } = tunedAt(parameters, phis, 1);
    const by = 0.01;
    const expected: Record<string, number> = { ...numbers(values), l2: 7 };
    for (const name of parameters[0]!.hyper) expected[name]! += by * numbers(slopes)[name]!;
    const tuned = { hyper: { ...values, l2: tf.scalar(7) }, slopes };
    expectAll(moved(tuned, parameters[0]!, by), expected);
    expectAll(moved(tuned, parameters[0]!, tf.scalar(by)), expected);
    expect(expected['learningRates.output']).not.toBe(numbers(values)['learningRates.output']);
  });

  it('what acts behind the gradient is told from what changes it', () => {
    const ofUpdate = ['optimizer.beta1', 'learningRates.output', 'weightDecay', 'constraint.limit'];
    const ofLoss = [
      'l1',
      'l2',
      'loss.labelSmoothing',
      '0.dense.l2',
      'augment.0.amount',
      'clipping.limit',
      'classWeights.a',
    ];
    expect(ofUpdate.filter(isOfUpdate)).toEqual(ofUpdate);
    expect(ofLoss.filter(isOfUpdate)).toEqual([]);
    const inLoss = [['l2'], ['weightDecay', 'l2'], ['weightDecay'], ['optimizer.beta1']].map(hyper =>
      isInLoss({ ...parameters[0]!, hyper }),
    );
    expect(inLoss).toEqual([true, true, false, false]);
  });
});
