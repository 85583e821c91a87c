/** Writes a recorded step as one graph: a loop over minibatches around the ops of the step. */
import { theBackend, type Metadata } from '../native-backend.ts';
import { attribute, createGraphWriter } from './graph-def.ts';
import type { Recording } from './recorder.ts';
import { savedModelTag } from './session.ts';
import { whileLoop } from './while-loop.ts';
import { writeOps } from './write-ops.ts';

/** The ids by which the recording knows the step's inputs and results. */
export interface RecordedStep {
  readonly batchSize: number;
  readonly recording: Recording;
  /** Of one minibatch. */
  readonly batch: readonly Metadata[];
  readonly state: readonly Metadata[];
  readonly hyper: readonly Metadata[];
  readonly nextState: readonly number[];
  readonly metrics: readonly number[];
}

export interface Graph {
  readonly savedModel: Uint8Array;
  /** Placeholders: from, to, order, then data, state, sums and hyper. */
  readonly inputs: readonly string[];
  /** State, then sums. */
  readonly outputs: readonly string[];
}

/** @throws NotCompilable */
export function writeGraph(step: RecordedStep): Graph {
  const { batchSize, recording, batch, state, hyper, nextState, metrics } = step;
  const { TF_INT32: int32, TF_FLOAT: float32 } = theBackend().binding;
  const graph = createGraphWriter();
  const placeholder = (name: string, dtype: number, shape: readonly number[]): string =>
    graph.node('Placeholder', [], { dtype: attribute.type(dtype), shape: attribute.shape(shape) }, name);
  const inputs = {
    from: placeholder('from', int32, []),
    to: placeholder('to', int32, []),
    order: placeholder('order', int32, [-1]),
    data: batch.map(({ dtype, shape }, i) => placeholder(`data${i}`, dtype, [-1, ...shape.slice(1)])),
    state: state.map(({ dtype, shape }, i) => placeholder(`state${i}`, dtype, shape)),
    sums: metrics.map((_, i) => placeholder(`sum${i}`, float32, [])),
    hyper: hyper.map(({ dtype, shape }, i) => placeholder(`hyper${i}`, dtype, shape)),
  };
  const outputs = [...state.map((_, i) => `nextState${i}`), ...metrics.map((_, i) => `nextSum${i}`)];
  const variables = [
    { type: int32, first: inputs.from },
    ...state.map(({ dtype }, i) => ({ type: dtype, first: inputs.state[i]! })),
    ...metrics.map((_, i) => ({ type: float32, first: inputs.sums[i]! })),
  ];
  whileLoop(graph, variables, inputs.to, ['end', ...outputs], ({ values, invariant }) => {
    const [position, ...carried] = values;
    const constant = (numbers: readonly number[], shape: readonly number[]): string => {
      const value = attribute.tensor(int32, shape, Int32Array.from(numbers));
      return invariant(graph.node('Const', [], { dtype: attribute.type(int32), value }), int32);
    };
    const zero = constant([0], []);
    const start = graph.node('ExpandDims', [position!, zero], {
      T: attribute.type(int32),
      Tdim: attribute.type(int32),
    });
    const rows = graph.node('Slice', [invariant(inputs.order, int32), start, constant([batchSize], [1])], {
      T: attribute.type(int32),
      Index: attribute.type(int32),
    });
    const inside = new Map<number, string>();
    batch.forEach(({ id, dtype }, i) => {
      const attributes = {
        Tparams: attribute.type(dtype),
        Tindices: attribute.type(int32),
        Taxis: attribute.type(int32),
      };
      inside.set(id, graph.node('GatherV2', [invariant(inputs.data[i]!, dtype), rows, zero], attributes));
    });
    state.forEach(({ id }, i) => inside.set(id, carried[i]!));
    const outside = new Map(hyper.map(({ id }, i) => [id, inputs.hyper[i]!]));
    const { nodeOf, varies } = writeOps(graph, recording, { inside, outside, invariant }, [...nextState, ...metrics]);
    // What depends on nothing in the loop would go round for ever: it must wait for each turn.
    const next = (id: number): string =>
      varies(id)
        ? nodeOf(id)
        : graph.node('Identity', [nodeOf(id), `^${position!}`], { T: attribute.type(recording.typeOf(id)) });
    return [
      graph.node('AddV2', [position!, constant([batchSize], [])], { T: attribute.type(int32) }),
      ...nextState.map(next),
      ...metrics.map((id, i) => {
        const sum = carried[state.length + i]!;
        const T = { T: attribute.type(float32) };
        // A fence: see fences.ts.
        return graph.node('AddV2', [sum, graph.node('Snapshot', [nodeOf(id)], T)], T);
      }),
    ];
  });
  const { from, to, order, data, state: states, sums, hyper: hypers } = inputs;
  const names = [from, to, order, ...data, ...states, ...sums, ...hypers];
  return { savedModel: graph.finish(savedModelTag), inputs: names, outputs };
}
