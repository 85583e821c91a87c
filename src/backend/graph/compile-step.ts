/** Compiles a pure training step into one TensorFlow graph per minibatch size, and runs epochs with it. */
import { withNativeOps } from '../native-ops/native.ts';
import { runsEagerly } from './eager-mode.ts';
import { createEagerRunner } from './eager-runner.ts';
import { runEpoch, type EpochMetrics, type Pace } from './epoch.ts';
import { createGraphRunner, type Example } from './graph-runner.ts';
import { NotCompilable } from './not-compilable.ts';
import type { Step, StepRunner } from './step.ts';
import { tensorsIn, withTensors, type Tree } from './tree.ts';

export interface StepExample<Data extends Tree, State extends Tree, Hyper extends Tree> {
  /** Rows of a minibatch, 1 or more. */
  readonly batchSize: number;
  /** The data set, or as much of it as one minibatch: [rows, ...] each. */
  readonly data: Data;
  readonly state: State;
  /** Default: none. */
  readonly hyper?: Hyper;
  /** Runs the step op by op. Default: false, or what `tune --eager` says. */
  readonly eager?: boolean;
  /** Called when the step cannot be compiled, before it goes on op by op. Default: one line on stderr. */
  readonly onFallback?: (reason: NotCompilable) => void;
}

export interface Epoch<Data extends Tree, State extends Tree, Hyper extends Tree> {
  /** [rows, ...] each. Copied to nowhere: a graph gathers its minibatches from it. */
  readonly data: Data;
  /** Stays the caller's, to keep or to dispose. */
  readonly state: State;
  readonly hyper?: Hyper;
  /** Row numbers in the order of this epoch. Default: all rows as they are. */
  readonly order?: Int32Array;
  /** What happens to the rows that fill no whole minibatch. Default: keep, as a smaller one. */
  readonly lastBatch?: 'keep' | 'drop';
  /** Asked about every 100 ms, between chunks of steps: false ends the epoch there. Default: it goes on. */
  readonly goesOn?: (soFar: EpochMetrics) => boolean | Promise<boolean>;
}

export interface EpochResult<State extends Tree> extends EpochMetrics {
  /** New tensors, which the caller disposes. */
  readonly state: State;
  /** Whether every row had its turn. */
  readonly isComplete: boolean;
}

export interface CompiledStep<Data extends Tree, State extends Tree, Hyper extends Tree> {
  /** Whether it runs as a graph; false after a fallback. */
  readonly isGraph: boolean;
  /** Bytes of memory that its graphs keep, roughly. */
  readonly bytes: number;
  epoch(epoch: Epoch<Data, State, Hyper>): Promise<EpochResult<State>>;
  /** Frees the graphs. */
  dispose(): void;
}

/**
 * Records `step` once on example tensors and compiles it: an epoch then is one TensorFlow graph with a loop over its
 * minibatches, free of JavaScript. Its results equal those of the eager loop bit for bit, but for tf.softmax where oneDNN
 * is on; the gradients of tfjs's own functions are TensorFlow's in both, which are faster than tfjs's and equal to
 * rounding.
 *
 * Tensors that the step closes over become constants of the graph. Only the values in `data`, `state` and `hyper` may
 * differ from run to run; shapes may not, but for the number of rows.
 */
export function compileStep<Data extends Tree, State extends Tree, Hyper extends Tree = []>(
  step: Step<Data, State, Hyper>,
  example: StepExample<Data, State, Hyper>,
): CompiledStep<Data, State, Hyper> {
  const { batchSize, onFallback = warn } = example;
  let isGraph = !(example.eager ?? runsEagerly());
  const nativeStep: Step = (...inputs) => withNativeOps(() => step(...(inputs as Parameters<typeof step>)));
  const runners = new Map<number, StepRunner>();
  const pace: Pace = { steps: 1 };

  const create = (size: number, tensors: Example): StepRunner => {
    if (isGraph) {
      try {
        return createGraphRunner(nativeStep, size, tensors);
      } catch (error) {
        if (!(error instanceof NotCompilable)) throw error;
        isGraph = false;
        onFallback(error);
      }
    }
    return createEagerRunner(nativeStep, size, tensors);
  };
  const runnerOf = (size: number, tensors: Example): StepRunner => {
    const runner = runners.get(size) ?? create(size, tensors);
    runners.set(size, runner);
    return runner;
  };

  const { data, state, hyper = none } = example;
  runnerOf(Math.min(batchSize, rowsOf(data)), { data, state, hyper });

  return {
    get isGraph() {
      return isGraph;
    },
    get bytes() {
      return [...runners.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    },
    async epoch({ data, state, hyper = none as unknown as Hyper, order, lastBatch = 'keep', goesOn = () => true }) {
      const inputs = {
        batchSize,
        data: tensorsIn(data),
        order: order ?? Int32Array.from({ length: rowsOf(data) }, (_, row) => row),
        state: tensorsIn(state),
        hyper: tensorsIn(hyper),
        lastBatch,
        goesOn,
      };
      const outputs = await runEpoch(inputs, size => runnerOf(size, { data, state, hyper }), pace);
      return { ...outputs, state: withTensors(state, outputs.state) };
    },
    dispose() {
      for (const runner of runners.values()) runner.dispose();
      runners.clear();
    },
  };
}

const none: Tree = [];

function rowsOf(data: Tree): number {
  return tensorsIn(data)[0]!.shape[0]!;
}

function warn(reason: NotCompilable): void {
  process.stderr.write(`this step trains op by op, which is 3 to 25 times slower: ${reason.message}\n`);
}
