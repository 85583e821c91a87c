/** What a step closes over and the numbers in it: constants of the graph, as they were when it was compiled. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compileStep } from '../../../src/backend/graph/compile-step.ts';
import type { Step } from '../../../src/backend/graph/step.ts';
import { leavesOf } from '../../../src/backend/graph/tree.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { idOf } from '../../../src/backend/native-backend.ts';
import { mean } from '../../../src/backend/native-ops/mean.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { fail, rising, runBothWays, valuesOf } from './helpers.ts';

beforeAll(() => loadBackend());

const epochOf = (step: Step, state: object, rows = 6) => ({ step, state, data: { x: rising(rows) }, batchSize: 3 });

describe('a tensor that a step closes over', () => {
  it.each<[string, () => Tensor, readonly number[]]>([
    ['float32', () => tf.tensor1d([0.5, -2]), [1, -4]],
    ['int32', () => tf.tensor1d([3, -7], 'int32'), [6, -14]],
    ['bool', () => tf.tensor1d([true, false], 'bool'), [2, 0]],
    ['the result of an op', () => tf.square(tf.tensor1d([3, 4])), [18, 32]],
    ['a variable', () => tf.variable(tf.tensor1d([1, 2])), [2, 4]],
  ])('is a constant: %s', async (_, make, expected) => {
    const captured = make();
    const step: Step = (_, { sum }) => ({ state: { sum: tf.add(sum, tf.cast(captured, 'float32')) }, metrics: {} });
    expect((await runBothWays(epochOf(step, { sum: tf.zeros([2]) }))).state).toEqual({ sum: expected });
    expect(captured.isDisposed).toBe(false);
  });

  it('may change or go when the step is compiled', async () => {
    const variable = tf.variable(tf.scalar(2));
    const gone = tf.scalar(3);
    const values = new Float32Array([5]);
    const [shared, uploaded] = [tf.tensor1d(values), tf.tensor1d(values)];
    idOf(uploaded);
    const step: Step = (_, { sum }) => {
      const terms = [variable, gone, tf.sum(shared), tf.sum(uploaded)];
      return { state: { sum: terms.reduce((total, term) => tf.add(total, term), sum as Tensor) }, metrics: {} };
    };
    const job = epochOf(step, { sum: tf.scalar(0) });
    const compiled = compileStep(step, { ...job, onFallback: fail });
    const first = await compiled.epoch(job);
    variable.assign(tf.scalar(1000));
    gone.dispose();
    shared.dispose();
    const second = await compiled.epoch(job);
    expect([valuesOf(first.state), valuesOf(second.state)]).toEqual([{ sum: [30] }, { sum: [30] }]);
    values.fill(1000);
    expect(valuesOf((await compiled.epoch(job)).state)).toEqual({ sum: [30] });
    compiled.dispose();
  });

  it('of a megabyte', async () => {
    const captured = tf.randomUniform([512, 512], 0, 1, 'float32', 3);
    const step: Step = (_, { sum }) => ({ state: { sum: tf.add(sum, tf.sum(captured)) }, metrics: {} });
    await runBothWays(epochOf(step, { sum: tf.scalar(0) }));
  });
});

it('numbers keep their bits: zeros with a sign, infinities, the smallest and the largest', async () => {
  const numbers = [0, -0, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -126), 3.4028234663852886e38, 0.1, 1 / 3];
  const step: Step = () => ({ state: { last: tf.tensor1d(numbers) }, metrics: {} });
  const { state } = await runBothWays(epochOf(step, { last: tf.zeros([10]) }));
  expect(state['last']).toEqual([...Float32Array.from(numbers)]);
});

it('equal numbers of other types or shapes stay apart', async () => {
  const step: Step = () => ({
    state: {
      float: tf.scalar(0),
      int: tf.scalar(0, 'int32'),
      one: tf.tensor1d([0]),
      row: tf.tensor2d([[0, 0]]),
      column: tf.tensor2d([[0], [0]]),
    },
    metrics: {},
  });
  const state = {
    float: tf.scalar(1),
    int: tf.scalar(1, 'int32'),
    one: tf.tensor1d([1]),
    row: tf.ones([1, 2]),
    column: tf.ones([2, 1]),
  };
  const compiled = compileStep(step, { ...epochOf(step, state), onFallback: fail });
  const { state: next } = await compiled.epoch(epochOf(step, state));
  const kinds = (tree: object) => leavesOf(tree).map(({ path, tensor: { dtype, shape } }) => [path, dtype, shape]);
  expect(kinds(next)).toEqual(kinds(state));
  compiled.dispose();
});

describe('a division by a number that is known is no product', () => {
  // Their reciprocals are not exact.
  it.each([3, 7, 10, 49, 144, 0.3, 1e-3])('by %d', async divisor => {
    const step: Step = ({ x }, { sum }) => ({
      state: { sum: tf.add(sum, tf.div(tf.sin(x as Tensor), divisor)), last: tf.div(x, tf.mul(tf.ones([3]), divisor)) },
      metrics: { mean: tf.div(tf.sum(x as Tensor), divisor) },
    });
    const { state } = await runBothWays(epochOf(step, { sum: tf.zeros([3]), last: tf.zeros([3]) }, 99));
    expect(state['last']).toEqual([96, 97, 98].map(x => Math.fround(x / Math.fround(divisor))));
  });

  it('in means over 144 values, and in their gradients', async () => {
    const loss = (w: Tensor, x: Tensor): Tensor =>
      tf.add(tf.mean(tf.mul(w, x)), mean(tf.square(tf.mul(w, x)))) as Tensor;
    const step: Step = ({ x }: { readonly x: Tensor }, { w }: { readonly w: Tensor }) => {
      const { value, grad } = tf.valueAndGrad((w: Tensor) => loss(w, x))(w);
      return { state: { w: tf.sub(w, tf.mul(grad, 1e-4)) }, metrics: { loss: value } };
    };
    const data = { x: tf.sin(rising(10, 12, 12)) };
    const state = { w: tf.cos(rising(1, 12, 12)) };
    await runBothWays({ step, data, state, batchSize: 1 });
    await runBothWays({ step, data, state, batchSize: 4 });
  });
});

it('hyperparameters may have other values in every epoch', async () => {
  const step: Step = ({ x }, { sum }, { rate, scale }) => ({
    state: { sum: tf.add(sum, tf.mul(tf.mul(tf.sum(x as Tensor), rate), scale)) },
    metrics: { rate },
  });
  const hyper = (rate: number, scale: number) => ({ rate: tf.scalar(rate), scale: tf.scalar(scale) });
  const epochs = [{}, { hyper: hyper(0.5, 2) }, { hyper: hyper(-1, 0.25) }];
  const { state, epochs: results } = await runBothWays({
    ...epochOf(step, { sum: tf.scalar(0) }),
    hyper: hyper(1, 1),
    epochs,
  });
  expect(state).toEqual({ sum: [15 + 15 - 3.75] });
  expect(results.map(({ metrics }) => metrics['rate'])).toEqual([1, 0.5, -1]);
});
