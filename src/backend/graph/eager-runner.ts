/** Runs a step op by op: the same results as its graph, for steps that cannot be compiled and to compare with. */
import { tf } from '../tf.ts';
import { gatherRows } from '../native-ops/gather-rows.ts';
import type { Example } from './graph-runner.ts';
import { release } from './release.ts';
import type { Step, StepInputs, StepOutputs, StepRunner } from './step.ts';
import { leavesOf, tensorsIn, withTensors } from './tree.ts';

export function createEagerRunner(step: Step, batchSize: number, example: Example): StepRunner {
  let metrics: readonly string[] = [];
  const runOne = (inputs: StepInputs, from: number): StepOutputs => {
    const rows = tf.slice(inputs.order, from, batchSize);
    const batch = inputs.data.map(tensor => gatherRows(tensor, rows));
    const stepped = step(
      withTensors(example.data, batch),
      withTensors(example.state, inputs.state),
      withTensors(example.hyper, inputs.hyper),
    );
    const measured = leavesOf(stepped.metrics);
    metrics = measured.map(({ path }) => path);
    const sums = measured.map(({ tensor }, index) => tf.add(inputs.sums[index] ?? tf.scalar(0), tensor));
    const next = { state: tensorsIn(stepped.state), sums };
    // Steps keep metrics from tidy that they took inside a gradient.
    release({ state: [], sums: measured.map(({ tensor }) => tensor) }, [inputs, next]);
    return next;
  };
  return {
    get metrics() {
      return metrics;
    },
    bytes: 0,
    run(inputs) {
      let current: StepOutputs = inputs;
      for (let from = inputs.from; from < inputs.to; from += batchSize) {
        const next = tf.tidy(() => runOne({ ...inputs, ...current }, from) as never) as StepOutputs;
        release(current, [inputs, next]);
        current = next;
      }
      return current;
    },
    dispose: () => {},
  };
}
