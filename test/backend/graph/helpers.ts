/** Steps run as graphs and op by op, and what comes out of them as plain values. */
import { expect } from 'vitest';
import { compileStep, type CompiledStep, type Epoch } from '../../../src/backend/graph/compile-step.ts';
import type { Step } from '../../../src/backend/graph/step.ts';
import { leavesOf, type Tree } from '../../../src/backend/graph/tree.ts';
import { theBackend } from '../../../src/backend/native-backend.ts';
import { tf, type Tensor } from '../../../src/backend/tf.ts';

export interface Job {
  readonly step: Step;
  readonly batchSize: number;
  readonly data: Tree;
  readonly state: Tree;
  readonly hyper?: Tree;
  /** Options of each epoch. Default: one epoch over all rows. */
  readonly epochs?: readonly Partial<Epoch<Tree, Tree, Tree>>[];
}

export interface Outcome {
  readonly isGraph: boolean;
  /** Of each epoch. */
  readonly epochs: readonly {
    readonly rows: number;
    readonly isComplete: boolean;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  /** Last values by path. */
  readonly state: Readonly<Record<string, readonly number[]>>;
}

export function valuesOf(tree: Tree): Record<string, number[]> {
  return Object.fromEntries(leavesOf(tree).map(({ path, tensor }) => [path, [...tensor.dataSync()]]));
}

/** A reason why it cannot be compiled is thrown. */
export async function run({ epochs = [{}], ...job }: Job, eager = false): Promise<Outcome> {
  const compiled = compileStep(job.step, { ...job, eager, onFallback: fail });
  try {
    let { state } = job;
    const results: Outcome['epochs'][number][] = [];
    for (const options of epochs) {
      const { state: next, ...result } = await compiled.epoch({ ...job, ...options, state });
      if (state !== job.state) tf.dispose(state as never);
      state = next;
      results.push(result);
    }
    const outcome = { isGraph: compiled.isGraph, epochs: results, state: valuesOf(state) };
    tf.dispose(state as never);
    return outcome;
  } finally {
    compiled.dispose();
  }
}

/** Expects both ways to give the same, bit for bit. */
export async function runBothWays(job: Job): Promise<Outcome> {
  const graph = await run(job);
  expect(graph.isGraph).toBe(true);
  // toEqual tells 0 from -0 and takes NaN for itself.
  expect(graph).toEqual({ ...(await run(job, true)), isGraph: true });
  return graph;
}

export function fail(reason: Error): never {
  throw reason;
}

/** Compiles a step that is expected to be refused, and returns the reasons why. */
export function refusalsOf(
  step: Step,
  job: Omit<Job, 'step' | 'epochs'>,
): { compiled: CompiledStep<any, any, any>; reasons: string[] } {
  const reasons: string[] = [];
  const compiled = compileStep(step, { ...job, onFallback: ({ reason }) => reasons.push(reason) });
  return { compiled, reasons };
}

/** Runs it twice: what the first run leaves for the next ones does not count. */
export async function expectNoTensorsLeft(work: () => unknown): Promise<void> {
  await work();
  const before = tf.memory().numTensors;
  await work();
  expect(tf.memory().numTensors).toBe(before);
}

/** Number of graphs that TensorFlow has open in this process. */
export function openGraphs(): number {
  return (theBackend().binding as unknown as { getNumOfSavedModels(): number }).getNumOfSavedModels();
}

export function rising(rows: number, ...shape: readonly number[]): Tensor {
  const size = shape.reduce((product, side) => product * side, rows);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => i),
    [rows, ...shape],
  );
}

/** A step that adds up what it sees: state { sum, steps }, metric { mean }. */
export const adding: Step = (
  batch: { readonly x: Tensor },
  state: { readonly sum: Tensor; readonly steps: Tensor },
) => ({
  state: { sum: tf.add(state.sum, tf.sum(batch.x)), steps: tf.add(state.steps, tf.scalar(1, 'int32')) },
  metrics: { mean: tf.mean(batch.x) },
});

export function noSums(): { readonly sum: Tensor; readonly steps: Tensor } {
  return { sum: tf.scalar(0), steps: tf.scalar(0, 'int32') };
}
