/** Writes constants of a prediction, some of which the number of examples decides. */
import { theBackend } from '../native-backend.ts';
import type { BatchNumbers, FreeConstant } from './free-batch.ts';
import { attribute, type GraphWriter } from './graph-def.ts';
import type { Constant } from './recorder.ts';

/** A shape with one side that TensorFlow finds by itself, and so knows the others before it runs. */
export function inferredSide({ shape, fixed, perExample }: BatchNumbers): FreeConstant | undefined {
  if (fixed.includes(-1) || perExample.filter(count => count !== 0).length > 1) return undefined;
  const values = fixed.map((side, index) => (perExample[index] === 0 ? side : -1));
  return { kind: 'constant', constant: { id: -1, shape, dtype: theBackend().binding.TF_INT32, values } };
}

/**
 * @param input the node of the examples
 * @param type of theirs
 */
export function createFreeConstants(
  graph: GraphWriter,
  input: string,
  type: number,
): { node(constant: FreeConstant): string } {
  const { TF_INT32: int32 } = theBackend().binding;
  const ofInt32 = attribute.type(int32);
  const numbers = (shape: readonly number[], values: Int32Array): string =>
    fixed(graph, { shape, dtype: int32, values });
  let batch: string | undefined;
  const batchNode = (): string => {
    if (batch !== undefined) return batch;
    const sides = graph.node('Shape', [input], { T: attribute.type(type), out_type: ofInt32 });
    const [zero, one] = [numbers([1], Int32Array.of(0)), numbers([1], Int32Array.of(1))];
    const attributes = { T: ofInt32, Index: ofInt32, shrink_axis_mask: attribute.int(1) };
    return (batch = graph.node('StridedSlice', [sides, zero, one, one], attributes));
  };
  const counted = ({ shape, fixed, perExample }: BatchNumbers): string => {
    const varying = graph.node('Mul', [numbers(shape, perExample), batchNode()], { T: ofInt32 });
    return graph.node('AddV2', [varying, numbers(shape, fixed)], { T: ofInt32 });
  };
  return {
    node(constant) {
      switch (constant.kind) {
        case 'constant':
          return fixed(graph, constant.constant);
        case 'numbers':
          return counted(constant.numbers);
        case 'filled': {
          const types = { T: attribute.type(constant.value.dtype), index_type: ofInt32 };
          return graph.node('Fill', [counted(constant.sides), fixed(graph, constant.value)], types);
        }
      }
    },
  };
}

function fixed(graph: GraphWriter, { dtype, shape, values }: Omit<Constant, 'id'>): string {
  const value = attribute.tensor(dtype, shape, values);
  return graph.node('Const', [], { dtype: attribute.type(dtype), value });
}
