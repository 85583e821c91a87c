/** A linear regression by gradient descent, against the same in JavaScript's own numbers. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compileStep } from '../../../src/backend/graph/compile-step.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { createRng } from '../../../src/study/rng.ts';
import { fail } from './helpers.ts';

beforeAll(() => loadBackend());

const [rows, features, batchSize, rate, epochs] = [50, 3, 8, 0.05, 4];
const rng = createRng(5, 'reference');
const x = Array.from({ length: rows }, () => Array.from({ length: features }, () => Math.fround(rng.normal())));
const y = x.map(row => Math.fround(row.reduce((sum, value, i) => sum + value * (i - 0.7), 0.3) + 0.1 * rng.normal()));
const orders = Array.from({ length: epochs }, (_, epoch) =>
  rng.fork('shuffle', epoch).shuffle(Int32Array.from({ length: rows }, (_, i) => i)),
);

/** Weights, bias, and the mean loss of each epoch. */
function inJavaScript(): { w: number[]; b: number; losses: number[] } {
  let w = new Array<number>(features).fill(0);
  let b = 0;
  const losses = orders.map(order => {
    let total = 0;
    for (let from = 0; from < rows; from += batchSize) {
      const batch = [...order.subarray(from, from + batchSize)];
      const errors = batch.map(row => x[row]!.reduce((sum, value, i) => sum + value * w[i]!, b) - y[row]!);
      total += errors.reduce((sum, error) => sum + error ** 2, 0);
      const slope = (of: (row: number) => number): number =>
        (2 * batch.reduce((sum, row, i) => sum + errors[i]! * of(row), 0)) / batch.length;
      const gradient = w.map((_, i) => slope(row => x[row]![i]!));
      const shift = slope(() => 1);
      w = w.map((weight, i) => weight - rate * gradient[i]!);
      b -= rate * shift;
    }
    return total / rows;
  });
  return { w, b, losses };
}

interface Weights {
  readonly w: Tensor;
  readonly b: Tensor;
}

function step(batch: { readonly x: Tensor; readonly y: Tensor }, { w, b }: Weights, hyper: { readonly rate: Tensor }) {
  const loss = (w: Tensor, b: Tensor): Tensor =>
    tf.mean(tf.square(tf.sub(tf.add(tf.reshape(tf.matMul(batch.x, w), [-1]), b), batch.y)));
  const { value, grads } = tf.valueAndGrads(loss as never)([w, b]);
  const [dw, db] = grads as [Tensor, Tensor];
  return {
    state: { w: tf.sub(w, tf.mul(hyper.rate, dw)), b: tf.sub(b, tf.mul(hyper.rate, db)) },
    metrics: { loss: value },
  };
}

describe.each([false, true])('eager %s', eager => {
  it('weights and losses follow', async () => {
    const data = { x: tf.tensor2d(x), y: tf.tensor1d(y) };
    const hyper = { rate: tf.scalar(rate) };
    let state: Weights = { w: tf.zeros([features, 1]), b: tf.scalar(0) };
    const compiled = compileStep(step, { data, state, hyper, batchSize, eager, onFallback: fail });
    const losses: number[] = [];
    for (const order of orders) {
      const trained = await compiled.epoch({ data, state, hyper, order });
      state = trained.state;
      losses.push(trained.metrics['loss']!);
    }
    const expected = inJavaScript();
    expect([...losses, ...state.w.dataSync(), ...state.b.dataSync()]).toEqual(
      [...expected.losses, ...expected.w, expected.b].map(value => expect.closeTo(value, 5)),
    );
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 10);
    compiled.dispose();
  });
});
