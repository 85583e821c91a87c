/** What a recording refuses, with the place in the caller's code, and that it leaves no trace. */
import { beforeAll, describe, expect, it } from 'vitest';
import { NotCompilable } from '../../../src/backend/graph/not-compilable.ts';
import { record } from '../../../src/backend/graph/recorder.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { idOf, theBackend } from '../../../src/backend/native-backend.ts';
import { statelessUniform } from '../../../src/backend/native-ops/stateless-uniform.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';

let input: Tensor;

beforeAll(async () => {
  await loadBackend();
  input = tf.tensor1d([1, 2, 3]);
  idOf(input); // uploads it, as the compiler does with the inputs of a step
});

function refusalOf(run: () => unknown): NotCompilable {
  try {
    record(run);
  } catch (error) {
    if (error instanceof NotCompilable) return error;
    throw error;
  }
  throw new Error('it was recorded');
}

describe('reading a value is refused with the op that made it', () => {
  it.each<[string, string, (x: Tensor) => unknown]>([
    ['dataSync', 'Square', x => tf.square(x).dataSync()],
    ['arraySync', 'Square', x => tf.square(x).arraySync()],
    ['print', 'Exp', x => tf.exp(x).print()],
    ['toString', 'Exp', x => tf.exp(x).toString()],
    ['the value of an input', 'an input', x => x.dataSync()],
    ['the value of a view of an input', 'Reshape', x => tf.reshape(x, [3, 1]).dataSync()],
    ['a condition in JavaScript', 'Greater', x => (tf.greater(tf.sum(x), 0).dataSync()[0] ? x : tf.neg(x))],
  ])('%s', (_, op, run) => {
    const refusal = refusalOf(() => run(input));
    expect(refusal.reason).toBe(`the step reads the value of ${op}`);
    expect(refusal.message).toBe(`${refusal.reason} (${refusal.place})`);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['data', 'Square', () => tf.square(input).data()],
    ['array', 'Square', () => tf.square(input).array()],
    ['a function of tf that reads inside', 'Cast', () => tf.whereAsync(tf.cast(input, 'bool'))],
    ['an asynchronous step', 'Exp', async () => [...(await tf.exp(input).data())]],
  ])('asynchronously too, without a rejection that nobody catches: %s', async (_, op, run) => {
    let reading: Promise<unknown> | undefined;
    const refusal = refusalOf(() => (reading = run()));
    expect(refusal.reason).toBe(`the step reads the value of ${op}`);
    const later = new Promise(resolve => setTimeout(resolve, 5, 'not settled'));
    expect(await Promise.race([reading, later])).toBe('not settled');
  });

  it('but not that of a constant, which a graph knows', () => {
    const { result } = record(() => tf.tensor1d([5, 6]).dataSync());
    expect([...result]).toEqual([5, 6]);
    const uploaded = record(() => {
      const constant = tf.tensor1d([5, 6]);
      tf.square(constant);
      return constant.dataSync();
    });
    expect([...uploaded.result]).toEqual([5, 6]);
  });
});

describe('random numbers are refused', () => {
  it.each<[string, () => unknown]>([
    ['Math.random', () => Math.random()], // oxlint-disable-line no-restricted-globals
    ['tf.randomUniform', () => tf.randomUniform([2])],
    ['tf.randomNormal', () => tf.randomNormal([2])],
    ['tf.truncatedNormal', () => tf.truncatedNormal([2])],
    ['tf.dropout', () => tf.dropout(input, 0.5)],
    ['tf.multinomial', () => tf.multinomial(tf.tensor1d([0.1, 0.9]), 2)],
    ['tf.util.shuffle', () => tf.util.shuffle([1, 2, 3])],
  ])('%s', (_, run) => {
    expect(refusalOf(run).reason).toMatch(/draws random numbers/);
  });

  it('but not those that a seed decides', () => {
    const { recording } = record(() => statelessUniform([2], tf.tensor1d([1, 2], 'int32')));
    expect(recording.ops.map(({ name }) => name)).toEqual(['StatelessRandomUniform']);
    record(() => tf.randomUniform([2], 0, 1, 'float32', 7));
  });
});

it('shapes that depend on values are refused', () => {
  expect(refusalOf(() => tf.unique(input)).reason).toBe('the shape of what UniqueV2 returns depends on values');
});

describe('the place', () => {
  it('is the line of the caller, with its file', () => {
    const line = Number(/recorder\.test\.ts:(\d+)/.exec(new Error('here').stack!)![1]);
    const { place } = refusalOf(() => tf.square(input).dataSync());
    expect(place).toMatch(new RegExp(`/test/backend/graph/recorder\\.test\\.ts:${line + 1}:\\d+$`));
  });

  it('is that of the first refusal', () => {
    const refusal = refusalOf(() => {
      try {
        tf.square(input).dataSync();
      } catch {
        tf.exp(input).dataSync();
      }
    });
    expect(refusal.reason).toBe('the step reads the value of Square');
  });

  it('is found through functions of tf', () => {
    expect(refusalOf(() => tf.tidy(() => tf.dropout(input, 0.5))).place).toMatch(/recorder\.test\.ts/);
  });
});

describe('a swallowed refusal is told all the same', () => {
  it('when the step goes on', () => {
    const run = (): Tensor => {
      try {
        return tf.scalar(tf.sum(input).dataSync()[0]!);
      } catch {
        return tf.scalar(0);
      }
    };
    expect(refusalOf(run).reason).toBe('the step reads the value of Sum');
  });

  it('when the step throws an error of its own', () => {
    const run = (): Tensor => {
      try {
        return tf.scalar(tf.sum(input).dataSync()[0]!);
      } catch {
        throw new Error('could not read');
      }
    };
    expect(refusalOf(run).reason).toBe('the step reads the value of Sum');
  });
});

describe('everything is as before', () => {
  // oxlint-disable-next-line no-restricted-globals
  const state = () => [Math.random, theBackend().binding, theBackend().getInputTensorIds];
  const runs: Readonly<Record<string, () => unknown>> = {
    'a recording': () => tf.square(input),
    'an error': () => {
      throw new Error('no');
    },
    'a refusal': () => tf.square(input).dataSync(),
    'a swallowed refusal': () => {
      try {
        tf.square(input).dataSync();
      } catch {}
    },
  };

  it.each(Object.keys(runs))('after %s', name => {
    const before = state();
    try {
      record(runs[name]!);
    } catch {}
    state().forEach((part, index) => expect(part).toBe(before[index]));
    expect(Object.keys(theBackend())).not.toContain('getInputTensorIds');
    expect([...tf.square(input).dataSync()]).toEqual([1, 4, 9]);
  });

  it('an error of the step itself comes through', () => {
    const error = new Error('mine');
    expect(() =>
      record(() => {
        throw error;
      }),
    ).toThrow(error);
  });
});

describe('a recording has', () => {
  it('the ops in their order, with ids that lead from one to the next', () => {
    const { result, recording } = record(() => idOf(tf.exp(tf.square(input))));
    const [square, exp] = recording.ops;
    expect(recording.ops.map(({ name }) => name)).toEqual(['Square', 'Exp']);
    expect(square!.inputs).toEqual([idOf(input)]);
    expect(exp!.inputs).toEqual([square!.outputs[0]!.id]);
    expect(exp!.outputs[0]).toMatchObject({ id: result, shape: [3], dtype: theBackend().binding.TF_FLOAT });
  });

  it('constants as they were when they were made', () => {
    const values = new Float32Array([1, 2, 3]);
    const { recording } = record(() => {
      const sum = tf.add(input, tf.tensor1d(values));
      values.fill(9);
      return sum;
    });
    const constant = recording.constantOf(recording.ops[0]!.inputs[1]!);
    expect([...constant.values]).toEqual([1, 2, 3]);
    expect(constant.shape).toEqual([3]);
  });
});
