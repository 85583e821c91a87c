/** Writes the recorded ops: inside the loop what changes from turn to turn, and before it what does not. */
import { theBackend, type Attribute, type Metadata } from '../native-backend.ts';
import { createFences } from './fences.ts';
import { attribute, bytesOf, type AttributeValue, type GraphWriter } from './graph-def.ts';
import { NotCompilable } from './not-compilable.ts';
import type { Constant, RecordedOp, Recording } from './recorder.ts';
import type { LoopBody } from './while-loop.ts';
import { writeSum } from './write-sum.ts';

export interface Places {
  /** Nodes in the loop by the ids of the recording: the minibatch and the state. */
  readonly inside: Map<number, string>;
  /** Nodes before it: hyperparameters. */
  readonly outside: Map<number, string>;
  readonly invariant: LoopBody['invariant'];
}

export interface WrittenOps {
  /** The node of a recorded tensor, as the loop sees it. */
  readonly nodeOf: (id: number) => string;
  /** Whether it depends on the minibatch or the state. */
  readonly varies: (id: number) => boolean;
}

/**
 * @param results ids that are wanted: ops that lead to none of them are left out
 * @throws NotCompilable
 */
export function writeOps(
  graph: GraphWriter,
  recording: Recording,
  { inside, outside, invariant }: Places,
  results: readonly number[],
): WrittenOps {
  const constants: { readonly constant: Constant; readonly node: string }[] = [];
  const varies = (id: number): boolean => inside.has(id);
  const nodeBefore = (id: number): string => {
    const node = outside.get(id) ?? writeConstant(graph, constants, recording.constantOf(id));
    outside.set(id, node);
    return node;
  };
  const nodeOf = (id: number): string => inside.get(id) ?? invariant(nodeBefore(id), recording.typeOf(id));
  const wanted = needed(recording.ops, results);
  const encode = createEncoder();
  const isFenced = createFences(wanted, results);
  for (const op of wanted) {
    const { name, attributes, inputs, outputs } = op;
    const isInside = inputs.some(varies);
    const nodes = inputs.map((id, index) => {
      const node = isInside ? nodeOf(id) : nodeBefore(id);
      return isFenced(op, index) ? graph.node('Snapshot', [node], { T: attribute.type(recording.typeOf(id)) }) : node;
    });
    const node =
      name === 'AddN'
        ? writeSum(graph, nodes, outputs[0]!.dtype)
        : graph.node(name, nodes, Object.fromEntries(attributes.map(encode)));
    outputs.forEach((output, index) => {
      const port = index === 0 ? node : `${node}:${index}`;
      if (isInside) inside.set(output.id, port);
      else outside.set(output.id, hidden(graph, port, output));
    });
  }
  return { nodeOf, varies };
}

/** The ops whose outputs lead to the given tensors. */
export function needed(ops: readonly RecordedOp[], results: readonly number[]): RecordedOp[] {
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

/** A node for a value; equal values share one. */
function writeConstant(
  graph: GraphWriter,
  written: { readonly constant: Constant; readonly node: string }[],
  constant: Constant,
): string {
  const known = written.find(other => isSame(other.constant, constant));
  if (known) return known.node;
  const { dtype, shape, values } = constant;
  const value = attribute.tensor(dtype, shape, values);
  const fixed = graph.node('Const', [], { dtype: attribute.type(dtype), value });
  const node = hidden(graph, fixed, constant);
  written.push({ constant, node });
  return node;
}

/**
 * TensorFlow's optimizer would turn a division by a known number into a product, and a power into products, which round
 * otherwise; a number that might be fed it leaves alone. Shapes and axes it must know.
 */
function hidden(graph: GraphWriter, node: string, { dtype, shape }: Metadata): string {
  if (dtype !== theBackend().binding.TF_FLOAT) return node;
  return graph.node('PlaceholderWithDefault', [node], {
    dtype: attribute.type(dtype),
    shape: attribute.shape(shape),
  });
}

function isSame(a: Constant, b: Constant): boolean {
  return (
    a.dtype === b.dtype &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => size === b.shape[axis]) &&
    Buffer.compare(bytesOf(a.values), bytesOf(b.values)) === 0
  );
}

/** How the attributes of recorded ops are written. */
export function createEncoder(): (attribute: Attribute) => [string, AttributeValue] {
  const { binding } = theBackend();
  const kinds = new Map<number, (value: never) => AttributeValue>([
    [binding.TF_ATTR_STRING, attribute.string],
    [binding.TF_ATTR_INT, attribute.int],
    [binding.TF_ATTR_FLOAT, attribute.float],
    [binding.TF_ATTR_BOOL, attribute.bool],
    [binding.TF_ATTR_TYPE, attribute.type],
  ]);
  return ({ name, type, value }) => {
    if (type === binding.TF_ATTR_SHAPE) return [name, attribute.shape(value as readonly number[])];
    const kind = kinds.get(type);
    if (!kind) throw new NotCompilable(`the attribute ${name} is of a kind that graphs do not take`);
    return [name, Array.isArray(value) ? attribute.list(value.map(kind as never)) : kind(value as never)];
  };
}
