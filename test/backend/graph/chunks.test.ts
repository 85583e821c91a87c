/** Epochs run in chunks, between which they look at the world outside. The clock is the tests' own. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { compileStep, type CompiledStep } from '../../../src/backend/graph/compile-step.ts';
import type { EpochMetrics } from '../../../src/backend/graph/epoch.ts';
import type { Step } from '../../../src/backend/graph/step.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { gatherRows } from '../../../src/backend/native-ops/gather.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { adding, expectNoTensorsLeft, fail, noSums, rising, valuesOf } from './helpers.ts';

beforeAll(() => loadBackend());

afterEach(() => vi.restoreAllMocks());

let clock = 0;

/** Lets each step take that many milliseconds on a clock of the test's own. */
function taking(milliseconds: number): Step {
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  return (batch, state, hyper) => {
    clock += milliseconds;
    return adding(batch, state, hyper);
  };
}

/** A graph of which each run takes that many milliseconds, whatever it does. */
function clockOf(millisecondsPerRun: number): void {
  let looks = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => Math.floor(++looks / 2) * millisecondsPerRun);
}

function compile(step: Step, rows: number, batchSize: number, eager = false): CompiledStep<any, any, any> {
  return compileStep(step, { data: { x: rising(rows) }, state: noSums(), batchSize, eager, onFallback: fail });
}

/** The numbers of rows after which an epoch asked. */
async function questions(compiled: CompiledStep<any, any, any>, rows: number): Promise<number[]> {
  const asked: number[] = [];
  const goesOn = ({ rows }: EpochMetrics): boolean => asked.push(rows) > 0;
  await compiled.epoch({ data: { x: rising(rows) }, state: noSums(), goesOn });
  return asked;
}

describe('chunks adapt to the time that a step takes', () => {
  it.each<[number, readonly number[]]>([
    [1000, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [100, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [25, [1, 5, 9]],
    [10, [1, 9]],
    [0, [1, 9]],
  ])('of %d ms', async (milliseconds, expected) => {
    expect(await questions(compile(taking(milliseconds), 10, 1, true), 10)).toEqual(expected);
  });

  it('and grow at most eightfold, up to 100 ms', async () => {
    const asked = await questions(compile(taking(0.5), 1000, 1, true), 1000);
    expect(asked).toEqual([1, 9, 73, 273, 473, 673, 873]);
  });

  it('and the next epoch starts with what was learned', async () => {
    const compiled = compile(taking(25), 10, 1, true);
    await questions(compiled, 10);
    expect(await questions(compiled, 10)).toEqual([4, 8]);
  });

  it('in minibatches: a slow graph is asked after each', async () => {
    clockOf(200);
    const compiled = compile(adding, 20, 4);
    expect(await questions(compiled, 20)).toEqual([4, 8, 12, 16]);
    compiled.dispose();
  });

  it('before a smaller last minibatch too, but not after the last', async () => {
    const compiled = compile(adding, 10, 4);
    expect(await questions(compiled, 10)).toEqual([4, 8]);
    expect(await questions(compiled, 8)).not.toContain(8);
    compiled.dispose();
  });

  it('nor after the last whole minibatch, where the rest is dropped', async () => {
    const compiled = compile(adding, 10, 4, true);
    const goesOn = vi.fn(() => false);
    const once = { data: { x: rising(6) }, state: noSums(), lastBatch: 'drop', goesOn } as const;
    expect(await compiled.epoch(once)).toMatchObject({ rows: 4, isComplete: true });
    expect(goesOn).not.toHaveBeenCalled();
  });
});

it('messages and timers get their turn between chunks', async () => {
  clockOf(200);
  const compiled = compile(adding, 5, 1);
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const pause = (): Promise<boolean> => new Promise(resolve => setTimeout(resolve, 5, true));
  await compiled.epoch({ data: { x: rising(5) }, state: noSums(), goesOn: pause });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
  let immediate = 0;
  const asked: number[] = [];
  const goesOn = (): boolean => {
    asked.push(immediate);
    setImmediate(() => immediate++);
    return true;
  };
  await compiled.epoch({ data: { x: rising(5) }, state: noSums(), goesOn });
  expect(asked).toEqual([0, 1, 2, 3]);
  compiled.dispose();
});

describe.each([false, true])('what goesOn sees and decides, eager %s', eager => {
  const order = Int32Array.of(9, 3, 0, 7, 1, 8, 2, 6, 5, 4);

  it('is the mean over the rows so far, across a smaller last minibatch', async () => {
    clockOf(1000);
    const compiled = compile(adding, 10, 4, eager);
    const seen: EpochMetrics[] = [];
    const result = await compiled.epoch({
      data: { x: rising(10) },
      state: noSums(),
      order,
      goesOn: soFar => seen.push(soFar) > 0,
    });
    const means = [...seen, result].map(({ rows, metrics }) => [rows, metrics['mean']]);
    const mean = (rows: number): number => order.slice(0, rows).reduce((sum, value) => sum + value, 0) / rows;
    expect(means).toEqual([4, 8, 10].map(rows => [rows, expect.closeTo(mean(rows), 6)]));
    compiled.dispose();
  });

  it('false ends the epoch after the chunk, with the state of the rows done', async () => {
    clockOf(1000);
    const compiled = compile(adding, 10, 4, eager);
    const goesOn = async ({ rows }: EpochMetrics): Promise<boolean> => rows < 8;
    const { state, ...result } = await compiled.epoch({ data: { x: rising(10) }, state: noSums(), order, goesOn });
    expect(result).toEqual({ rows: 8, isComplete: false, metrics: { mean: expect.closeTo(36 / 8, 6) } });
    expect(valuesOf(state)).toEqual({ sum: [36], steps: [2] });
    compiled.dispose();
  });

  it('false after the first chunk of many', async () => {
    clockOf(1000);
    const compiled = compile(adding, 100, 1, eager);
    const { state, rows } = await compiled.epoch({ data: { x: rising(100) }, state: noSums(), goesOn: () => false });
    expect([rows, valuesOf(state)['steps']]).toEqual([1, [1]]);
    compiled.dispose();
  });

  it('nothing is left of an epoch that ends early', async () => {
    clockOf(1000);
    const compiled = compile(adding, 10, 4, eager);
    const [data, state] = [{ x: rising(10) }, noSums()];
    await expectNoTensorsLeft(async () => {
      tf.dispose((await compiled.epoch({ data, state, goesOn: () => false })).state);
    });
    compiled.dispose();
  });

  it('an error comes out, and nothing is left', async () => {
    clockOf(1000);
    const compiled = compile(adding, 10, 4, eager);
    const [data, state] = [{ x: rising(10) }, noSums()];
    const goesOn = ({ rows }: EpochMetrics): boolean => {
      if (rows > 4) throw new RangeError('enough');
      return true;
    };
    await expectNoTensorsLeft(() =>
      expect(compiled.epoch({ data, state, goesOn })).rejects.toThrow(new RangeError('enough')),
    );
    expect(valuesOf(state)).toEqual({ sum: [0], steps: [0] });
    compiled.dispose();
  });
});

describe('an error of a step leaves nothing', () => {
  it('while it is recorded', async () => {
    const [data, state] = [{ x: rising(10) }, noSums()];
    const failing: Step = (batch, given, hyper) => {
      adding(batch, given, hyper);
      throw new RangeError('mine');
    };
    await expectNoTensorsLeft(() => {
      expect(() => compileStep(failing, { data, state, batchSize: 4 })).toThrow(new RangeError('mine'));
    });
  });

  it.each([1, 2, 3, 4])('in minibatch %d, op by op', async number => {
    const [data, state] = [{ x: rising(16) }, noSums()];
    let steps = 0;
    const failing: Step = (batch, given, hyper) => {
      const stepped = adding(batch, given, hyper);
      if (++steps === number) throw new RangeError('mine');
      return stepped;
    };
    const compiled = compileStep(failing, { data, state, batchSize: 4, eager: true });
    await expectNoTensorsLeft(async () => {
      steps = 0;
      await expect(compiled.epoch({ data, state })).rejects.toThrow(new RangeError('mine'));
    });
    expect(valuesOf(state)).toEqual({ sum: [0], steps: [0] });
  });

  it('in a graph', async () => {
    const two = tf.tensor1d([1, 2]);
    const looking: Step = (_, { sum, steps }: Readonly<Record<string, Tensor>>) => ({
      state: {
        sum: tf.add(sum!, tf.sum(gatherRows(two, tf.reshape(steps!, [1])))),
        steps: tf.add(steps!, tf.scalar(1, 'int32')),
      },
      metrics: {},
    });
    const [data, state] = [{ x: rising(10) }, noSums()];
    const compiled = compileStep(looking, { data, state, batchSize: 2, onFallback: fail });
    await expectNoTensorsLeft(() =>
      expect(compiled.epoch({ data, state })).rejects.toThrow(/indices\[0\] = 2 is not in/),
    );
    expect(await compiled.epoch({ data: { x: rising(4) }, state })).toMatchObject({ rows: 4, isComplete: true });
    compiled.dispose();
  });
});
