/** Compiles a step for one minibatch size: records it once, writes the graph, runs it as a session. */
import { tf, type Tensor } from '../tf.ts';
import { idOf, theBackend, typeOf, type Metadata } from '../native-backend.ts';
import { gatherRows } from '../native-ops/gather.ts';
import { assertSameKinds, assertSameParts, assertScalar } from './contract.ts';
import { NotCompilable } from './not-compilable.ts';
import { record } from './recorder.ts';
import { openSession } from './session.ts';
import type { Step, StepRunner } from './step.ts';
import { leavesOf, tensorsIn, withTensors, type Tree } from './tree.ts';
import { writeGraph, type Graph } from './write-graph.ts';

export interface Example {
  readonly data: Tree;
  readonly state: Tree;
  readonly hyper: Tree;
}

/** Memory that TensorFlow keeps for a byte of a graph: 33 to 50 were measured, for convolutional and dense networks. */
const memoryPerByte = 40;

/** @throws NotCompilable */
export function createGraphRunner(step: Step, batchSize: number, example: Example): StepRunner {
  const { graph, metrics } = recordGraph(step, batchSize, example);
  const session = openSession(graph.savedModel, graph.inputs, graph.outputs);
  return {
    metrics,
    bytes: graph.savedModel.length * memoryPerByte,
    run({ data, order, from, to, state, sums, hyper }) {
      const bounds = [tf.scalar(from, 'int32'), tf.scalar(to, 'int32')];
      const zeros = sums.length === 0 ? metrics.map(() => tf.scalar(0)) : [];
      try {
        const outputs = session.run([...bounds, order, ...data, ...state, ...sums, ...zeros, ...hyper]);
        return { state: outputs.slice(0, state.length), sums: outputs.slice(state.length) };
      } finally {
        tf.dispose([...bounds, ...zeros]);
      }
    },
    dispose: () => session.close(),
  };
}

/**
 * @returns the graph, and the names of the metrics
 * @throws NotCompilable
 */
export function recordGraph(step: Step, batchSize: number, example: Example): { graph: Graph; metrics: string[] } {
  return tidily(() => recordStep(step, batchSize, example));
}

function recordStep(step: Step, batchSize: number, { data, state, hyper }: Example) {
  // There may be fewer rows than that, each of which comes several times.
  const rows = tf.zeros([batchSize], 'int32');
  const [states, hypers] = [tensorsIn(state), tensorsIn(hyper)];
  const batch = tensorsIn(data).map(tensor => gatherRows(tensor, rows));
  // Uploads what is not yet in TensorFlow, so that the recording meets inputs and no constants.
  const inputs = { batch: batch.map(describe), state: states.map(describe), hyper: hypers.map(describe) };
  const { result, recording } = record(() => {
    const stepped = step(withTensors(data, batch), state, hyper);
    const [before, after] = [leavesOf(state), leavesOf(stepped.state)];
    assertSameParts(before, after, refuse);
    assertSameKinds(before, after, refuse);
    const metrics = leavesOf(stepped.metrics);
    for (const metric of metrics) assertScalar(metric, typeOf(metric.tensor) === theBackend().binding.TF_FLOAT, refuse);
    const kept = [...after, ...metrics].map(({ tensor }) => tensor);
    // Here, because values that JavaScript made get their ids now.
    return { kept, ids: kept.map(idOf), names: metrics.map(({ path }) => path) };
  });
  const graph = writeGraph({
    batchSize,
    recording,
    ...inputs,
    nextState: result.ids.slice(0, states.length),
    metrics: result.ids.slice(states.length),
  });
  // What the step has kept from tidy is not needed any more; what is older than the step is the caller's.
  tf.dispose(result.kept.filter(({ id }) => id > rows.id));
  return { graph, metrics: result.names };
}

/** tf.tidy for results without tensors: it would look for some in every byte of them. */
function tidily<T>(run: () => T): T {
  let result: T;
  tf.tidy(() => {
    result = run();
  });
  return result!;
}

function describe(tensor: Tensor): Metadata {
  return { id: idOf(tensor), shape: tensor.shape, dtype: typeOf(tensor) };
}

function refuse(reason: string): never {
  throw new NotCompilable(reason);
}
