/** Steps that cannot be compiled say so once, and train op by op with the right results. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { compileStep } from '../../../src/backend/graph/compile-step.ts';
import { runEagerly } from '../../../src/backend/graph/eager-mode.ts';
import { NotCompilable } from '../../../src/backend/graph/not-compilable.ts';
import type { Step } from '../../../src/backend/graph/step.ts';
import { loadBackend } from '../../../src/backend/load.ts';
import { theBackend } from '../../../src/backend/native-backend.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';
import { adding, expectNoTensorsLeft, fail, noSums, openGraphs, refusalsOf, rising, valuesOf } from './helpers.ts';

interface State {
  readonly sum: Tensor;
  readonly steps: Tensor;
}

/** The step of the helpers, with the sum taken in JavaScript. */
const reading: Step = ({ x }: { readonly x: Tensor }, { sum, steps }: State) => ({
  state: { sum: tf.add(sum, tf.sum(x).dataSync()[0]!), steps: tf.add(steps, tf.scalar(1, 'int32')) },
  metrics: { mean: tf.mean(x) },
});

/** Math.random by another name: this is what a user's step might call. */
const drawing: Step = (batch, state: State) => ({
  state: { ...state, sum: tf.add(state.sum, tf.dropout(batch.x, 0.5).sum()) },
  metrics: {},
});

beforeAll(() => loadBackend());

afterEach(() => {
  vi.restoreAllMocks();
  runEagerly(false);
});

describe('a step that reads a value', () => {
  it('is told of once, and gives what it gives by hand, in every epoch and for every minibatch', async () => {
    const { compiled, reasons } = refusalsOf(reading, { batchSize: 4, data: { x: rising(10) }, state: noSums() });
    expect(reasons).toEqual(['the step reads the value of Sum']);
    expect(compiled).toMatchObject({ isGraph: false, bytes: 0 });
    const first = await compiled.epoch({ data: { x: rising(10) }, state: noSums() });
    expect(first).toMatchObject({ rows: 10, isComplete: true, metrics: { mean: 4.5 } });
    const second = await compiled.epoch({ data: { x: rising(10) }, state: first.state });
    expect(valuesOf(second.state)).toEqual({ sum: [90], steps: [6] });
    expect(reasons).toHaveLength(1);
  });

  it('is told of in one line on stderr, with the op and the line of the step', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const compiled = compileStep(reading, { batchSize: 4, data: { x: rising(10) }, state: noSums() });
    expect(compiled.isGraph).toBe(false);
    expect(write).toHaveBeenCalledTimes(1);
    expect(write.mock.calls[0]![0]).toMatch(
      /^this step trains op by op, which is .* slower: the step reads the value of Sum \(.*fallback\.test\.ts:\d+:\d+\)\n$/,
    );
  });

  it('keeps nothing and opens no graph', async () => {
    const [data, state] = [{ x: rising(10) }, noSums()];
    const before = openGraphs();
    await expectNoTensorsLeft(async () => {
      const { compiled } = refusalsOf(reading, { batchSize: 4, data, state });
      tf.dispose((await compiled.epoch({ data, state })).state as never);
      compiled.dispose();
    });
    expect(openGraphs()).toBe(before);
  });

  it('may be an error to whoever asks for graphs', () => {
    const compile = (): unknown =>
      compileStep(reading, { batchSize: 4, data: { x: rising(10) }, state: noSums(), onFallback: fail });
    expect(compile).toThrow(NotCompilable);
  });
});

it('a step that draws numbers freely draws new ones in every step', async () => {
  const state = { sum: tf.scalar(0), steps: tf.scalar(0, 'int32') };
  const { compiled, reasons } = refusalsOf(drawing, { batchSize: 64, data: { x: tf.ones([512]) }, state });
  expect(reasons).toEqual([expect.stringMatching(/draws random numbers/)]);
  const sums = new Set<number>();
  for (let epoch = 0; epoch < 4; epoch++)
    sums.add(valuesOf((await compiled.epoch({ data: { x: tf.ones([512]) }, state })).state)['sum']![0]!);
  expect(sums.size).toBeGreaterThan(1);
});

it('a step that swallows the refusal falls back too', async () => {
  const swallowing: Step = (batch, state: State) => {
    let sum = -1;
    try {
      sum = (tf.sum(batch.x) as Tensor).dataSync()[0]!;
    } catch {}
    return { state: { ...state, sum: tf.add(state.sum, sum) }, metrics: {} };
  };
  const { compiled, reasons } = refusalsOf(swallowing, { batchSize: 4, data: { x: rising(10) }, state: noSums() });
  expect(reasons).toEqual(['the step reads the value of Sum']);
  const { state } = await compiled.epoch({ data: { x: rising(10) }, state: noSums() });
  expect(valuesOf(state)['sum']).toEqual([45]);
});

it('a step that fails in the smaller last minibatch alone goes on op by op from there', async () => {
  const picky: Step = (batch: { readonly x: Tensor }, state, hyper) =>
    batch.x.size === 2 ? reading(batch, state, hyper) : adding(batch, state, hyper);
  const { compiled, reasons } = refusalsOf(picky, { batchSize: 4, data: { x: rising(10) }, state: noSums() });
  expect([compiled.isGraph, reasons]).toEqual([true, []]);
  const { state, metrics } = await compiled.epoch({ data: { x: rising(10) }, state: noSums() });
  expect([compiled.isGraph, reasons]).toEqual([false, ['the step reads the value of Sum']]);
  expect(valuesOf(state)).toEqual({ sum: [45], steps: [3] });
  expect(metrics['mean']).toBeCloseTo(4.5, 6);
  compiled.dispose();
});

it('what TensorFlow does not load is told of and runs op by op', async () => {
  const { binding } = theBackend();
  const loadSavedModel = () => {
    throw new Error('no room');
  };
  const names = Object.getOwnPropertyNames(binding) as (keyof typeof binding)[];
  const backend = theBackend();
  // Its own properties are read only.
  backend.binding = { ...(Object.fromEntries(names.map(name => [name, binding[name]])) as any), loadSavedModel };
  try {
    const { compiled, reasons } = refusalsOf(adding, { batchSize: 4, data: { x: rising(10) }, state: noSums() });
    expect(reasons).toEqual(['TensorFlow does not load its graph: no room']);
    const { state } = await compiled.epoch({ data: { x: rising(10) }, state: noSums() });
    expect(valuesOf(state)).toEqual({ sum: [45], steps: [3] });
  } finally {
    backend.binding = binding;
  }
});

describe('an error of the step itself', () => {
  const failing: Step = () => {
    throw new RangeError('mine');
  };

  it('is no fallback', () => {
    const compile = (): unknown =>
      compileStep(failing, { batchSize: 4, data: { x: rising(10) }, state: noSums(), onFallback: fail });
    expect(compile).toThrow(new RangeError('mine'));
  });

  it('comes out of an eager epoch as it is', async () => {
    const compiled = compileStep(failing, { batchSize: 4, data: { x: rising(10) }, state: noSums(), eager: true });
    await expect(compiled.epoch({ data: { x: rising(10) }, state: noSums() })).rejects.toThrow(new RangeError('mine'));
  });
});

describe('op by op on demand', () => {
  it('compiles nothing and runs the step with the first epoch', async () => {
    const step = vi.fn(adding);
    const before = openGraphs();
    const compiled = compileStep(step, { batchSize: 4, data: { x: rising(10) }, state: noSums(), eager: true });
    expect(step).not.toHaveBeenCalled();
    await compiled.epoch({ data: { x: rising(10) }, state: noSums() });
    expect(step).toHaveBeenCalledTimes(3);
    expect([compiled.isGraph, compiled.bytes, openGraphs()]).toEqual([false, 0, before]);
  });

  it('is the default of a thread that was told so', () => {
    runEagerly(true);
    expect(compileStep(adding, { batchSize: 4, data: { x: rising(10) }, state: noSums() }).isGraph).toBe(false);
    const compiled = compileStep(adding, { batchSize: 4, data: { x: rising(10) }, state: noSums(), eager: false });
    expect(compiled.isGraph).toBe(true);
    compiled.dispose();
  });
});

it('a graph runs the step once for each size of minibatch, and never again', async () => {
  const step = vi.fn(adding);
  const compiled = compileStep(step, { batchSize: 4, data: { x: rising(10) }, state: noSums(), onFallback: fail });
  for (let epoch = 0; epoch < 3; epoch++) await compiled.epoch({ data: { x: rising(10) }, state: noSums() });
  expect(step).toHaveBeenCalledTimes(2);
  compiled.dispose();
});
