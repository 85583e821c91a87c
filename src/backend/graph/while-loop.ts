/**
 * A while loop in TensorFlow's own control flow: Enter, Merge, LoopCond, Switch, NextIteration and Exit. Yu et al. 2018,
 * "Dynamic control flow in large-scale machine learning", https://arxiv.org/abs/1805.01772, section 4.
 */
import { attribute, type GraphWriter } from './graph-def.ts';

export interface LoopVariable {
  readonly type: number;
  /** Node that gives its first value. */
  readonly first: string;
}

export interface LoopBody {
  /** The variables' values in this iteration. */
  readonly values: readonly string[];
  /** Makes a node from outside the loop visible in it. */
  readonly invariant: (node: string, type: number) => string;
}

const frame = 'steps';

/**
 * Repeats `body` while its first variable, an int32 counter, is less than `limit`.
 * @param body returns the nodes of the next values, one per variable
 * @returns nodes of the last values, one per variable, named by `exits`
 */
export function whileLoop(
  graph: GraphWriter,
  variables: readonly LoopVariable[],
  limit: string,
  exits: readonly string[],
  body: (loop: LoopBody) => readonly string[],
): void {
  const T = (type: number) => ({ T: attribute.type(type) });
  const enter = (node: string, type: number, isConstant: boolean): string =>
    graph.node('Enter', [node], {
      ...T(type),
      frame_name: attribute.string(frame),
      is_constant: attribute.bool(isConstant),
      parallel_iterations: attribute.int(1),
    });
  const counter = variables[0]!.type;
  const merged = variables.map(({ type, first }, index) =>
    graph.node('Merge', [enter(first, type, false), `next${index}`], { ...T(type), N: attribute.int(2) }),
  );
  const less = graph.node('Less', [merged[0]!, enter(limit, counter, true)], T(counter));
  const goesOn = graph.node('LoopCond', [less], {});
  const values = variables.map(({ type }, index) => {
    const either = graph.node('Switch', [merged[index]!, goesOn], T(type));
    graph.node('Exit', [either], T(type), exits[index]!);
    return graph.node('Identity', [`${either}:1`], T(type));
  });
  const invariants = new Map<string, string>();
  const invariant = (node: string, type: number): string => {
    const inside = invariants.get(node) ?? enter(node, type, true);
    invariants.set(node, inside);
    return inside;
  };
  body({ values, invariant }).forEach((next, index) => {
    graph.node('NextIteration', [next], T(variables[index]!.type), `next${index}`);
  });
}
