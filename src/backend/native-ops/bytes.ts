/** Tensors of bytes, which tfjs has no type for: images stay a quarter of their size until a minibatch is gathered. */
import { theBackend, typeOf } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { attribute, runOp } from './run-op.ts';

/** A tensor of TensorFlow's type uint8. To tfjs it is int32: only gatherRows() and toFloat32() may use it. */
export function bytesTensor(values: Uint8Array, shape: readonly number[]): Tensor {
  const backend = theBackend();
  const dtype = backend.binding.TF_UINT8;
  return backend.createOutputTensor({ id: backend.binding.createTensor(shape, dtype, values), shape, dtype });
}

/** TensorFlow: Cast. */
export function toFloat32(tensor: Tensor): Tensor {
  const { TF_UINT8 } = theBackend().binding;
  if (typeOf(tensor) !== TF_UINT8) return tf.cast(tensor, 'float32');
  return runOp('Cast', [attribute.type('SrcT', TF_UINT8), attribute.type('DstT', 'float32')], [tensor]);
}
