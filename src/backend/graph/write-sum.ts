/**
 * TensorFlow's AddN, term by term: its optimizer sorts the terms by the names of their nodes, and the rounding depends on
 * their order. Op by op, tensorflow/core/kernels/aggregate_ops.cc adds up a first group, and then eight by eight.
 */
import { attribute, type GraphWriter } from './graph-def.ts';

/** @returns the node of the sum of the given nodes, in their order */
export function writeSum(graph: GraphWriter, terms: readonly string[], type: number): string {
  const T = { T: attribute.type(type) };
  // Without the fence the optimizer would make an AddN of it again.
  const add = (a: string, b: string): string => graph.node('Snapshot', [graph.node('AddV2', [a, b], T)], T);
  const first = terms.length < 2 ? terms.length : 2 + ((terms.length - 2) % 8);
  let sum = terms.slice(0, first).reduce(add);
  for (let next = first; next < terms.length; next += 8) sum = add(sum, terms.slice(next, next + 8).reduce(add));
  return sum;
}
