/** tf.gather in a graph: tfjs's kernel reads the indices to check them, which TensorFlow's GatherV2 does by itself. */
import type { KernelConfig } from '@tensorflow/tfjs';
import { typeOf } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { attribute, runOp } from './run-op.ts';

/** tfjs's kernel, by an op that refuses indices outside. */
export function nativeGather(original: KernelConfig): KernelConfig {
  return {
    ...original,
    kernelFunc({ inputs, attrs }) {
      const { x, indices } = inputs as unknown as { readonly x: Tensor; readonly indices: Tensor };
      const { axis, batchDims } = attrs as unknown as { readonly axis: number; readonly batchDims: number };
      const attributes = [
        attribute.int('batch_dims', batchDims),
        attribute.type('Tparams', typeOf(x)),
        attribute.type('Tindices', typeOf(indices)),
        attribute.type('Taxis', 'int32'),
      ];
      return tf.tidy(() => runOp('GatherV2', attributes, [x, indices, tf.scalar(axis, 'int32')]));
    },
  };
}
