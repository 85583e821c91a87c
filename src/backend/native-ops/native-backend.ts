/** The part of tfjs-node's backend that runs a TensorFlow op by name; tfjs does not export its type. */
import { tf, type Tensor } from '../tf.ts';

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

interface NativeBackend {
  executeSingleOutput(op: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor;
  readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_FLOAT: number; readonly TF_INT32: number };
}

export function nativeBackend(): { backend: NativeBackend; types: NativeBackend['binding'] } {
  const backend = tf.backend() as unknown as NativeBackend;
  return { backend, types: backend.binding };
}
