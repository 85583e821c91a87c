/** Which rows a step sees, in which order and of which type: the same as a graph and op by op, and as counted by hand. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compileStep } from '../../../src/backend/graph/compile-step.ts';
import type { Step } from '../../../src/backend/graph/step.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { bytesTensor, toFloat32 } from '../../../src/backend/native-ops/bytes.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { adding, expectNoTensorsLeft, fail, noSums, rising, run, runBothWays } from './helpers.ts';

beforeAll(() => loadBackend());

/** Writes down the first row of each minibatch and its size: digits in base 10, last minibatch last. */
const noting: Step = ({ x }: { readonly x: Tensor }, { firsts, sizes }: Readonly<Record<string, Tensor>>) => ({
  state: {
    firsts: tf.add(tf.mul(firsts!, 10), tf.slice(x, 0, 1).reshape([])),
    sizes: tf.add(tf.mul(sizes!, 10), x.size),
  },
  metrics: { mean: tf.mean(x) },
});

function notes(rows: number, batchSize: number, options: object) {
  return {
    step: noting,
    data: { x: rising(rows) },
    state: { firsts: tf.scalar(0), sizes: tf.scalar(0) },
    batchSize,
    epochs: [options],
  };
}

describe.each<[string, number, number, object, readonly [number, number, number]]>([
  ['whole minibatches', 9, 3, {}, [36, 333, 9]],
  ['a smaller last one', 8, 3, {}, [36, 332, 8]],
  ['a last one of one row', 7, 3, {}, [36, 331, 7]],
  ['a last one that is dropped', 8, 3, { lastBatch: 'drop' }, [3, 33, 6]],
  ['none dropped where all are whole', 6, 3, { lastBatch: 'drop' }, [3, 33, 6]],
  ['fewer rows than a minibatch', 2, 3, {}, [0, 2, 2]],
  ['fewer rows than a minibatch, dropped', 2, 3, { lastBatch: 'drop' }, [0, 0, 0]],
  ['minibatches of one row', 4, 1, {}, [123, 1111, 4]],
  ['rows in another order', 6, 2, { order: Int32Array.of(5, 0, 3, 1, 4, 2) }, [534, 222, 6]],
  ['some of the rows', 8, 2, { order: Int32Array.of(7, 1, 2, 5) }, [72, 22, 4]],
  ['rows several times', 3, 2, { order: Int32Array.of(2, 2, 1, 1, 1, 2, 0) }, [2110, 2221, 7]],
  ['more rows in order than there are, in larger minibatches', 2, 3, { order: Int32Array.of(1, 0, 1, 1) }, [11, 31, 4]],
  ['no rows', 4, 2, { order: new Int32Array(0) }, [0, 0, 0]],
])('%s', (_, rows, batchSize, options, [firsts, sizes, done]) => {
  it('are what a step sees', async () => {
    const job = notes(rows, batchSize, options);
    const { state, epochs } = await runBothWays(job);
    expect(state).toEqual({ firsts: [firsts], sizes: [sizes] });
    expect(epochs[0]).toMatchObject({ rows: done, isComplete: true });
  });

  it('leave no tensors behind', async () => {
    const job = notes(rows, batchSize, options);
    for (const eager of [false, true]) await expectNoTensorsLeft(() => run(job, eager));
  });
});

it('an epoch without rows has no metrics, and a state of its own', async () => {
  const state = noSums();
  const compiled = compileStep(adding, { data: { x: rising(4) }, state, batchSize: 2, onFallback: fail });
  const { state: next, ...result } = await compiled.epoch({ data: { x: rising(4) }, state, order: new Int32Array(0) });
  expect(result).toEqual({ rows: 0, metrics: {}, isComplete: true });
  tf.dispose(next as never);
  expect(state.sum.isDisposed).toBe(false);
  compiled.dispose();
});

it('a row that is not there is an error, which leaves no tensors behind', async () => {
  const [data, state] = [{ x: rising(4) }, noSums()];
  const compiled = compileStep(adding, { data, state, batchSize: 2, onFallback: fail });
  await expectNoTensorsLeft(async () => {
    await expect(compiled.epoch({ data, state, order: Int32Array.of(0, 1, 9, 2) })).rejects.toThrow(/9.*\[0, 4\)/);
  });
  compiled.dispose();
});

describe('data', () => {
  it('of several types and shapes: float32, int32, bool and bytes', async () => {
    const data = {
      images: bytesTensor(
        Uint8Array.from({ length: 7 * 4 }, (_, i) => 250 - i),
        [7, 2, 2],
      ),
      rows: [rising(7, 3), tf.tensor1d([3, -1, 4, -1, 5, -9, 2], 'int32')],
      isOn: tf.tensor1d([true, false, true, true, false, false, true], 'bool'),
    };
    const step: Step = ({ images, rows: [floats, ints], isOn }, { sums }) => ({
      state: {
        sums: tf.add(
          sums,
          tf.stack(
            [toFloat32(images), floats, tf.cast(ints, 'float32'), tf.cast(isOn, 'float32')].map(tensor =>
              tf.sum(tensor),
            ),
          ),
        ),
      },
      metrics: { brightness: tf.mean(toFloat32(images)) },
    });
    const order = Int32Array.of(6, 5, 4, 3, 2, 1, 0);
    const { state, epochs } = await runBothWays({
      step,
      data,
      state: { sums: tf.zeros([4]) },
      batchSize: 3,
      epochs: [{ order }],
    });
    expect(state['sums']).toEqual([250 * 28 - (27 * 28) / 2, 210, 3, 4]);
    expect(epochs[0]!.metrics['brightness']).toBeCloseTo(250 - 13.5, 3);
  });

  it('that are other ones in the next epoch, with another number of rows', async () => {
    const job = { step: adding, data: { x: rising(4) }, state: noSums(), batchSize: 2 };
    const epochs = [{}, { data: { x: rising(7) } }, { data: { x: rising(100) } }];
    expect((await runBothWays({ ...job, epochs })).state).toEqual({ sum: [6 + 21 + 4950], steps: [2 + 4 + 50] });
  });

  it('without rows beyond those that it needs', async () => {
    const compiled = compileStep(adding, { data: { x: rising(1) }, state: noSums(), batchSize: 64, onFallback: fail });
    const { state } = await compiled.epoch({ data: { x: rising(130) }, state: noSums() });
    expect([...state.steps.dataSync()]).toEqual([3]);
    compiled.dispose();
  });
});
