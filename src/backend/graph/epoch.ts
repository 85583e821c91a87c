/** Runs an epoch in chunks of steps, so that verdicts, clocks and Ctrl-C are seen while it lasts. */
import { tf, type Tensor } from '../tf.ts';
import { release } from './release.ts';
import type { StepOutputs, StepRunner } from './step.ts';
import { tensorsIn } from './tree.ts';

export interface EpochInputs {
  readonly batchSize: number;
  /** [rows, ...] each */
  readonly data: readonly Tensor[];
  /** Row numbers. */
  readonly order: Int32Array;
  readonly state: readonly Tensor[];
  readonly hyper: readonly Tensor[];
  readonly lastBatch: 'keep' | 'drop';
  readonly goesOn: (soFar: EpochMetrics) => boolean | Promise<boolean>;
}

export interface EpochMetrics {
  /** Rows done. */
  readonly rows: number;
  /** Means over the rows done. */
  readonly metrics: Readonly<Record<string, number>>;
}

export interface EpochOutputs extends EpochMetrics {
  readonly state: readonly Tensor[];
  /** Whether every row had its turn. */
  readonly isComplete: boolean;
}

/** Time between two looks at the world outside. */
const chunkMilliseconds = 100;

/** How many steps fit into a chunk, learned from the chunks before. */
export interface Pace {
  steps: number;
}

export async function runEpoch(
  inputs: EpochInputs,
  runnerOf: (batchSize: number) => StepRunner,
  pace: Pace,
): Promise<EpochOutputs> {
  const { batchSize, state, lastBatch, goesOn } = inputs;
  const rows = inputs.order.length;
  const rest = rows % batchSize;
  const total = lastBatch === 'keep' ? rows : rows - rest;
  const order = tf.tensor1d(inputs.order, 'int32');
  const totals: Record<string, number> = {};
  let current: StepOutputs = { state, sums: [] };
  let done = 0;
  const means = (runner: StepRunner, size: number): EpochMetrics => {
    const sums = runner.metrics.map((name, index) => {
      const sum = current.sums[index]!.dataSync()[0]!;
      return [name, ((totals[name] ?? 0) + sum * size) / done] as const;
    });
    return { rows: done, metrics: Object.fromEntries(sums) };
  };
  let soFar: EpochMetrics = { rows: 0, metrics: {} };
  let isAsked = true;
  try {
    for (const { size, end } of [
      { size: batchSize, end: rows - rest },
      { size: rest, end: total },
    ]) {
      if (done >= end || !isAsked) continue;
      const runner = runnerOf(size);
      while (done < end && isAsked) {
        const to = Math.min(end, done + pace.steps * size);
        const started = performance.now();
        const next = runner.run({ ...inputs, ...current, order, from: done, to });
        release(tensorsIn(current), [...state, ...tensorsIn(next)]);
        current = next;
        adjust(pace, (to - done) / size, performance.now() - started);
        done = to;
        soFar = means(runner, size);
        if (done < total) isAsked = await goesOn(soFar);
        // Lets messages and signals in.
        await new Promise(resolve => setImmediate(resolve));
      }
      for (const [name, mean] of Object.entries(soFar.metrics)) totals[name] = mean * done;
      tf.dispose([...current.sums]);
      current = { state: current.state, sums: [] };
    }
  } catch (error) {
    release(tensorsIn(current), state);
    throw error;
  } finally {
    order.dispose();
  }
  const result = current.state === state ? state.map(tensor => tf.clone(tensor)) : current.state;
  return { ...soFar, state: result, isComplete: isAsked };
}

function adjust(pace: Pace, steps: number, milliseconds: number): void {
  const fitting = Math.round((steps * chunkMilliseconds) / milliseconds);
  pace.steps = Math.max(1, Math.min(fitting, 8 * pace.steps));
}
