/** Tensors in nested arrays and records, as steps take and return them: flattened for the graph, and put together again. */
import type { Tensor } from '../tf.ts';

/** A tensor, or an array or a record of trees. */
export type Tree = object;

export interface Leaf {
  /** "weights[0]", "optimizer.m": what messages call it. */
  readonly path: string;
  readonly tensor: Tensor;
}

/**
 * The tensors of a tree in a fixed order: arrays by number, records by name, so that equal structures meet.
 * @throws TypeError where something else than a tensor is in it
 */
export function leavesOf(tree: Tree, path = ''): Leaf[] {
  if (isTensor(tree)) return [{ path, tensor: tree }];
  const isList = Array.isArray(tree);
  return partsOf(tree).flatMap(([name, part]) => {
    const place = isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    if (typeof part !== 'object' || part === null) throw new TypeError(`${place} is ${String(part)}, not a tensor`);
    return leavesOf(part, place);
  });
}

export function tensorsIn(tree: Tree): Tensor[] {
  return leavesOf(tree).map(({ tensor }) => tensor);
}

/** The same structure with other tensors, given in the order of leavesOf(). */
export function withTensors<T extends Tree>(tree: T, tensors: readonly Tensor[]): T {
  let next = 0;
  const rebuild = (part: Tree): Tree => {
    if (isTensor(part)) return tensors[next++]!;
    const parts = partsOf(part).map(([name, inner]) => [name, rebuild(inner as Tree)] as const);
    return Array.isArray(part) ? parts.map(([, inner]) => inner) : Object.fromEntries(parts);
  };
  return rebuild(tree) as T;
}

function isTensor(tree: Tree): tree is Tensor {
  return 'dataId' in tree;
}

function partsOf(tree: Tree): (readonly [string, unknown])[] {
  const parts = Object.entries(tree) as [string, unknown][];
  return Array.isArray(tree) ? parts : parts.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
