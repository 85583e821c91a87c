/** What a step may take and return: states of every kind, and refusals that name the part that does not fit. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../../src/backend/graph/step.ts';
import { compileStep } from '../../../src/backend/graph/compile-step.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { fail, refusalsOf, rising, run, runBothWays, valuesOf } from './helpers.ts';

beforeAll(() => loadBackend());

const ofRows = (state: object, step: Step, hyper: object = {}) => ({
  step,
  state,
  hyper,
  data: { x: rising(10) },
  batchSize: 4,
});

describe('a state that does not stay what it is', () => {
  const refused: readonly (readonly [string, object, (state: any, x: Tensor) => object, string])[] = [
    [
      'its shape',
      { net: { w: 0 } },
      ({ net: { w } }, x) => ({ net: { w: tf.add(w, x) } }),
      'net.w as float32 [] and returned it as float32 [4]',
    ],
    ['its rank', [0], ([w]) => [tf.reshape(w, [1])], '[0] as float32 [] and returned it as float32 [1]'],
    [
      'its type',
      { steps: 0 },
      ({ steps }) => ({ steps: tf.cast(steps, 'int32') }),
      'steps as float32 [] and returned it as int32 []',
    ],
    ['a part less', { a: 0, b: 0 }, ({ a }) => ({ a }), 'the state a, b and returned a'],
    ['a part more', { a: 0 }, ({ a }) => ({ a, b: a }), 'the state a and returned a, b'],
    ['another name', { w: [0] }, ({ w }) => ({ v: w }), 'the state w[0] and returned v[0]'],
    ['another nesting', { w: [0] }, ({ w: [w] }) => ({ w: [[w]] }), 'the state w[0] and returned w[0][0]'],
  ];
  const withScalars = (tree: unknown): object =>
    typeof tree === 'number'
      ? tf.scalar(tree)
      : Array.isArray(tree)
        ? tree.map(withScalars)
        : Object.fromEntries(Object.entries(tree as object).map(([name, part]) => [name, withScalars(part)]));

  it.each(refused)('is refused with its path: %s', (_, state, next, message) => {
    const { compiled, reasons } = refusalsOf(({ x }, state) => ({ state: next(state, x), metrics: {} }), {
      data: { x: rising(8) },
      state: withScalars(state),
      batchSize: 4,
    });
    expect(reasons).toEqual([`the step was given ${message}`]);
    expect(compiled.isGraph).toBe(false);
  });

  it.each(refused.slice(3))(
    'is an error op by op when its structure is another: %s',
    async (_, state, next, message) => {
      const start = withScalars(state);
      const step: Step = ({ x }, state) => ({ state: next(state, x), metrics: {} });
      const compiled = compileStep(step, { data: { x: rising(8) }, state: start, batchSize: 4, eager: true });
      await expect(compiled.epoch({ data: { x: rising(8) }, state: start })).rejects.toThrow(message);
    },
  );

  it('is an error when a part is no tensor', () => {
    const step: Step = (_, { a }) => ({ state: { a, rate: 0.1 }, metrics: {} });
    const compile = (): unknown => compileStep(step, { ...ofRows({ a: tf.scalar(0) }, step), onFallback: fail });
    expect(compile).toThrow(new TypeError('rate is 0.1, not a tensor'));
  });
});

describe('metrics that are no scalars', () => {
  it.each<[string, (x: Tensor) => Tensor, string]>([
    ['a vector', x => tf.square(x), 'float32 [4]'],
    ['a vector of one', x => tf.sum(x, 0, true), 'float32 [1]'],
    ['int32', x => tf.argMax(x), 'int32 []'],
    ['bool', x => tf.any(tf.greater(x, 0)), 'bool []'],
  ])('are refused with their name: %s', (_, measure, kind) => {
    const step: Step = ({ x }, state) => ({
      state,
      metrics: { loss: tf.mean(x as Tensor), other: measure(x as Tensor) },
    });
    const { reasons } = refusalsOf(step, { data: { x: rising(8) }, state: {}, batchSize: 4 });
    expect(reasons).toEqual([`the metric other is no float32 scalar: ${kind}`]);
  });

  it('are an error op by op when they are not one number', async () => {
    const step: Step = ({ x }, state) => ({ state, metrics: { loss: tf.square(x as Tensor) } });
    const compiled = compileStep(step, { data: { x: rising(8) }, state: {}, batchSize: 4, eager: true });
    await expect(compiled.epoch({ data: { x: rising(8) }, state: {} })).rejects.toThrow('the metric loss');
  });
});

describe('states that are', () => {
  it('empty', async () => {
    const { epochs, state } = await runBothWays(
      ofRows({}, ({ x }) => ({ state: {}, metrics: { mean: tf.mean(x as Tensor) } })),
    );
    expect(epochs).toEqual([{ rows: 10, isComplete: true, metrics: { mean: 4.5 } }]);
    expect(state).toEqual({});
  });

  it('a tensor alone', async () => {
    const { state } = await runBothWays(
      ofRows(tf.scalar(1), ({ x }, sum) => ({ state: tf.add(sum as Tensor, tf.sum(x as Tensor)), metrics: {} })),
    );
    expect(state).toEqual({ '': [46] });
  });

  it('int32 and bool', async () => {
    const state = { steps: tf.scalar(7, 'int32'), isOdd: tf.tensor1d([true, false], 'bool') };
    const step: Step = (_, { steps, isOdd }) => ({
      state: { steps: tf.add(steps, tf.scalar(3, 'int32')), isOdd: tf.logicalNot(isOdd as Tensor) },
      metrics: {},
    });
    const outcome = await runBothWays(ofRows(state, step));
    expect(outcome.state).toEqual({ steps: [16], isOdd: [0, 1] });
  });

  it('handed through', async () => {
    const state = { kept: tf.tensor1d([1, 2]), sum: tf.scalar(0) };
    const step: Step = ({ x }, { kept, sum }) => ({
      state: { kept, sum: tf.add(sum, tf.sum(x as Tensor)) },
      metrics: {},
    });
    expect((await runBothWays(ofRows(state, step))).state).toEqual({ kept: [1, 2], sum: [45] });
  });

  it('exchanged', async () => {
    const state = { a: tf.scalar(1), b: tf.scalar(2) };
    expect((await runBothWays(ofRows(state, (_, { a, b }) => ({ state: { a: b, b: a }, metrics: {} })))).state).toEqual(
      {
        a: [2],
        b: [1],
      },
    );
  });

  it('one tensor in two places', async () => {
    const state = { a: tf.scalar(1), b: tf.scalar(2) };
    const step: Step = (_, { a, b }) => {
      const sum = tf.add(a, b);
      return { state: { a: sum, b: sum }, metrics: { sum } };
    };
    const { state: last, epochs } = await runBothWays(ofRows(state, step));
    expect(last).toEqual({ a: [12], b: [12] });
    expect(epochs[0]!.metrics['sum']).toBeCloseTo((3 * 4 + 6 * 4 + 12 * 2) / 10, 6);
  });

  it('constants that depend on nothing in the loop', async () => {
    const captured = tf.tensor1d([3, 4]);
    const state = {
      a: tf.scalar(0),
      b: tf.tensor1d([0, 0]),
      c: tf.tensor1d([0, 0]),
      d: tf.scalar(0),
      e: tf.scalar(0, 'int32'),
    };
    const step: Step = (_, __, { rate }) => ({
      state: { a: tf.scalar(5), b: captured, c: tf.square(captured), d: rate, e: tf.scalar(2, 'int32') },
      metrics: { rate: tf.mul(rate, 2), five: tf.scalar(5) },
    });
    const { state: last, epochs } = await runBothWays(ofRows(state, step, { rate: tf.scalar(0.25) }));
    expect(last).toEqual({ a: [5], b: [3, 4], c: [9, 16], d: [0.25], e: [2] });
    expect(epochs[0]!.metrics).toEqual({ rate: 0.5, five: 5 });
    expect([...captured.dataSync()]).toEqual([3, 4]);
  });

  it('the minibatch itself', async () => {
    const step: Step = ({ x }) => ({ state: { last: x }, metrics: {} });
    const job = { step, state: { last: tf.zeros([5]) }, data: { x: rising(10) }, batchSize: 5 };
    expect((await runBothWays(job)).state).toEqual({ last: [5, 6, 7, 8, 9] });
  });

  it('of many parts', async () => {
    const state = Array.from({ length: 40 }, (_, i) => tf.scalar(i));
    const step: Step = (_, parts: Tensor[]) => ({
      state: parts.map((part, i) => tf.add(part, parts[(i + 1) % 40]!)),
      metrics: {},
    });
    const outcome = await runBothWays(ofRows(state, step));
    expect(Object.keys(outcome.state)).toHaveLength(40);
  });
});

describe('whose tensors are whose', () => {
  const captured = (): Tensor => tf.scalar(3);

  it.each([false, true])('the new state is the caller’s to dispose, the old one stays his: eager %s', async eager => {
    const state = { kept: tf.scalar(1), sum: tf.scalar(0) };
    const hyper = { rate: tf.scalar(2) };
    const constant = captured();
    const step: Step = (_, { kept, sum }, { rate }) => ({
      state: { kept, sum: tf.add(sum, tf.mul(rate, constant)) },
      metrics: { constant, rate, kept },
    });
    const compiled = compileStep(step, { ...ofRows(state, step, hyper), eager, onFallback: fail });
    const first = await compiled.epoch({ data: { x: rising(10) }, state, hyper });
    expect(first.metrics).toEqual({ constant: 3, rate: 2, kept: 1 });
    const second = await compiled.epoch({ data: { x: rising(10) }, state: first.state, hyper });
    tf.dispose(first.state as never);
    expect(valuesOf(second.state)).toEqual({ kept: [1], sum: [36] });
    tf.dispose(second.state as never);
    expect(valuesOf({ state, hyper, constant })).toEqual({
      'state.kept': [1],
      'state.sum': [0],
      'hyper.rate': [2],
      constant: [3],
    });
    compiled.dispose();
  });

  it.each([false, true])('hyperparameters and constants may become the state: eager %s', async eager => {
    const hyper = { rate: tf.scalar(2) };
    const constant = captured();
    const step: Step = (_, __, { rate }) => ({ state: { a: rate, b: constant }, metrics: {} });
    const job = { ...ofRows({ a: tf.scalar(0), b: tf.scalar(0) }, step, hyper), epochs: [{}, {}] };
    expect((await run(job, eager)).state).toEqual({ a: [2], b: [3] });
    expect(valuesOf({ hyper, constant })).toEqual({ 'hyper.rate': [2], constant: [3] });
  });
});
