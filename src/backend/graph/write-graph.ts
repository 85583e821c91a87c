/** Writes a recorded step as one graph: a loop over minibatches around the ops of the step. */
import { theBackend, type Attribute, type Metadata } from '../native-backend.ts';
import { attribute, createGraphWriter, type AttributeValue, type GraphWriter } from './graph-def.ts';
import { NotCompilable } from './not-compilable.ts';
import type { Constant, RecordedOp, Recording } from './recorder.ts';
import { whileLoop } from './while-loop.ts';

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
  const constants: { readonly constant: Constant; readonly node: string }[] = [];
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
    const nodes = new Map<number, string>();
    batch.forEach(({ id, dtype }, i) => {
      const attributes = {
        Tparams: attribute.type(dtype),
        Tindices: attribute.type(int32),
        Taxis: attribute.type(int32),
      };
      nodes.set(id, graph.node('GatherV2', [invariant(inputs.data[i]!, dtype), rows, zero], attributes));
    });
    state.forEach(({ id }, i) => nodes.set(id, carried[i]!));
    hyper.forEach(({ id, dtype }, i) => nodes.set(id, invariant(inputs.hyper[i]!, dtype)));
    const nodeOf = writeOps(graph, step, nodes, constant => {
      const { dtype, shape, values } = constant;
      const known = constants.find(other => isSame(other.constant, constant));
      if (known) return known.node;
      const value = attribute.tensor(dtype, shape, values);
      const fixed = graph.node('Const', [], { dtype: attribute.type(dtype), value });
      // TensorFlow's optimizer would turn a division by a known number into a product, which rounds otherwise; a number
      // that might be fed it leaves alone. Shapes and axes it must know.
      const might = { dtype: attribute.type(dtype), shape: attribute.shape(shape) };
      const source = dtype === float32 ? graph.node('PlaceholderWithDefault', [fixed], might) : fixed;
      const node = invariant(source, dtype);
      constants.push({ constant, node });
      return node;
    });
    const varying = dependents(step);
    // What depends on nothing in the loop would go round for ever: it must wait for each turn.
    const next = (id: number): string =>
      varying.has(id)
        ? nodeOf(id)
        : graph.node('Identity', [nodeOf(id), `^${position!}`], { T: attribute.type(recording.typeOf(id)) });
    return [
      graph.node('AddV2', [position!, constant([batchSize], [])], { T: attribute.type(int32) }),
      ...nextState.map(next),
      ...metrics.map((id, i) => {
        const sum = carried[state.length + i]!;
        return graph.node('AddV2', [sum, nodeOf(id)], { T: attribute.type(float32) });
      }),
    ];
  });
  const { from, to, order, data, state: states, sums, hyper: hypers } = inputs;
  const names = [from, to, order, ...data, ...states, ...sums, ...hypers];
  return { savedModel: graph.finish(), inputs: names, outputs };
}

/** Writes the ops that the results depend on; returns the node of a recorded tensor. */
function writeOps(
  graph: GraphWriter,
  { recording, nextState, metrics }: RecordedStep,
  nodes: Map<number, string>,
  writeConstant: (constant: Constant) => string,
): (id: number) => string {
  const nodeOf = (id: number): string => {
    const known = nodes.get(id);
    if (known !== undefined) return known;
    const node = writeConstant(recording.constantOf(id));
    nodes.set(id, node);
    return node;
  };
  for (const { name, attributes, inputs, outputs } of needed(recording.ops, [...nextState, ...metrics])) {
    const node = graph.node(name, inputs.map(nodeOf), Object.fromEntries(attributes.map(encode)));
    outputs.forEach(({ id }, index) => nodes.set(id, index === 0 ? node : `${node}:${index}`));
  }
  return nodeOf;
}

/** What changes from turn to turn: the minibatch, the state, and all that is computed from them. */
function dependents({ recording, batch, state }: RecordedStep): ReadonlySet<number> {
  const varying = new Set([...batch, ...state].map(({ id }) => id));
  for (const { inputs, outputs } of recording.ops)
    if (inputs.some(id => varying.has(id))) for (const { id } of outputs) varying.add(id);
  return varying;
}

/** The ops whose outputs lead to the given tensors. */
function needed(ops: readonly RecordedOp[], results: readonly number[]): RecordedOp[] {
  const wanted = new Set(results);
  return ops
    .toReversed()
    .filter(({ inputs, outputs }) => {
      const isNeeded = outputs.some(({ id }) => wanted.has(id));
      if (isNeeded) inputs.forEach(id => wanted.add(id));
      return isNeeded;
    })
    .toReversed();
}

function isSame(a: Constant, b: Constant): boolean {
  return (
    a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => size === b.shape[axis]) &&
    Buffer.compare(bytesOf(a), bytesOf(b)) === 0
  );
}

function bytesOf({ values }: Constant): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function encode({ name, type, value }: Attribute): [string, AttributeValue] {
  const { binding } = theBackend();
  const kinds = new Map<number, (value: never) => AttributeValue>([
    [binding.TF_ATTR_STRING, attribute.string],
    [binding.TF_ATTR_INT, attribute.int],
    [binding.TF_ATTR_FLOAT, attribute.float],
    [binding.TF_ATTR_BOOL, attribute.bool],
    [binding.TF_ATTR_TYPE, attribute.type],
  ]);
  if (type === binding.TF_ATTR_SHAPE) return [name, attribute.shape(value as readonly number[])];
  const kind = kinds.get(type);
  if (!kind) throw new NotCompilable(`the attribute ${name} is of a kind that graphs do not take`);
  return [name, Array.isArray(value) ? attribute.list(value.map(kind as never)) : kind(value as never)];
}
