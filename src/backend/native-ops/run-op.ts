/** TensorFlow's ops by name. */
import { theBackend, type Attribute } from '../native-backend.ts';
import type { Tensor } from '../tf.ts';

/** Attributes of ops, by the type that TensorFlow's op definition gives them; those left out have its defaults. */
export const attribute = {
  /** @param dtype a name of tfjs, or TensorFlow's number where tfjs has no name */
  type: (name: string, dtype: 'float32' | 'int32' | number): Attribute => {
    const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = theBackend().binding;
    return { name, type: TF_ATTR_TYPE, value: dtype === 'float32' ? TF_FLOAT : dtype === 'int32' ? TF_INT32 : dtype };
  },
  float: (name: string, value: number): Attribute => ({ name, type: theBackend().binding.TF_ATTR_FLOAT, value }),
  int: (name: string, value: number): Attribute => ({ name, type: theBackend().binding.TF_ATTR_INT, value }),
  ints: (name: string, value: readonly number[]): Attribute => ({
    name,
    type: theBackend().binding.TF_ATTR_INT,
    value,
  }),
  string: (name: string, value: string): Attribute => ({ name, type: theBackend().binding.TF_ATTR_STRING, value }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: theBackend().binding.TF_ATTR_BOOL, value }),
};

/** Runs an op that has one output. */
export function runOp(op: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor {
  return runOps(op, attributes, inputs, 1)[0]!;
}

/** Runs an op that has several outputs. */
export function runOps(
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  return theBackend().executeMultipleOutputs(op, attributes, inputs, outputs);
}

/** Runs an op on float32 tensors whose one type attribute is T: most ops. */
export function floatOp(op: string, inputs: readonly Tensor[], attributes: readonly Attribute[] = []): Tensor {
  return runOp(op, [attribute.type('T', 'float32'), ...attributes], inputs);
}
