/** Runs a step op by op: the same results as its graph, for steps that cannot be compiled and to compare with. */
import { tf, type Tensor } from '../tf.ts';
import { gatherRows } from '../native-ops/gather.ts';
import { assertSameParts, assertScalar } from './contract.ts';
import type { Example } from './graph-runner.ts';
import { release } from './release.ts';
import type { Step, StepInputs, StepOutputs, StepRunner } from './step.ts';
import { leavesOf, withTensors } from './tree.ts';

export function createEagerRunner(step: Step, batchSize: number, example: Example): StepRunner {
  const parts = leavesOf(example.state);
  let metrics: readonly string[] = [];
  const runOne = (inputs: StepInputs, from: number): StepOutputs => {
    const rows = tf.slice(inputs.order, from, batchSize);
    const batch = inputs.data.map(tensor => gatherRows(tensor, rows));
    const stepped = step(
      withTensors(example.data, batch),
      withTensors(example.state, inputs.state),
      withTensors(example.hyper, inputs.hyper),
    );
    const returned = leavesOf(stepped.state);
    assertSameParts(parts, returned, refuse);
    const measured = leavesOf(stepped.metrics);
    for (const metric of measured) assertScalar(metric, true, refuse);
    metrics = measured.map(({ path }) => path);
    // What is older than the step is the caller's: it is handed through, or the step closes over it.
    const isOwn = ({ id }: Tensor): boolean => id > rows.id;
    const next = {
      state: returned.map(({ tensor }) => (isOwn(tensor) ? tensor : tf.clone(tensor))),
      sums: measured.map(({ tensor }, index) => tf.add(inputs.sums[index] ?? tf.scalar(0), tensor)),
    };
    // Steps keep metrics from tidy that they took inside a gradient.
    release(measured.map(({ tensor }) => tensor).filter(isOwn), handedOn(next));
    return next;
  };
  return {
    get metrics() {
      return metrics;
    },
    bytes: 0,
    run(inputs) {
      let current: StepOutputs = inputs;
      try {
        for (let from = inputs.from; from < inputs.to; from += batchSize) {
          const next = tf.tidy(() => runOne({ ...inputs, ...current }, from) as never) as StepOutputs;
          release(handedOn(current), handedOn(inputs));
          current = next;
        }
      } catch (error) {
        release(handedOn(current), handedOn(inputs));
        throw error;
      }
      return current;
    },
    dispose: () => {},
  };
}

/** What a step hands to the next one. */
function handedOn({ state, sums }: StepOutputs): Tensor[] {
  return [...state, ...sums];
}

function refuse(reason: string): never {
  throw new TypeError(reason);
}
