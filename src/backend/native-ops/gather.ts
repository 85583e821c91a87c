/** Rows and slices of a tensor by number, whatever its type. TensorFlow: GatherV2, which refuses numbers outside. */
import type { KernelConfig } from '@tensorflow/tfjs';
import { typeOf } from '../native-backend.ts';
import { tf, type Tensor } from '../tf.ts';
import { attribute, runOp } from './run-op.ts';

/**
 * The rows of a tensor: tfjs's own gather does not know bytes.
 * @param tensor [rows, ...]
 * @param order int32 [count]
 * @returns [count, ...]
 */
export function gatherRows(tensor: Tensor, order: Tensor): Tensor {
  return gather(tensor, order, { axis: 0, batchDims: 0 });
}

/** tfjs's kernel, which reads the numbers to check them: a graph could not. */
export function nativeGather(original: KernelConfig): KernelConfig {
  return {
    ...original,
    kernelFunc({ inputs, attrs }) {
      const { x, indices } = inputs as unknown as { readonly x: Tensor; readonly indices: Tensor };
      return gather(x, indices, attrs as unknown as GatherPlace);
    },
  };
}

interface GatherPlace {
  readonly axis: number;
  /** Leading axes that both have. */
  readonly batchDims: number;
}

function gather(x: Tensor, indices: Tensor, { axis, batchDims }: GatherPlace): Tensor {
  const attributes = [
    attribute.int('batch_dims', batchDims),
    attribute.type('Tparams', typeOf(x)),
    attribute.type('Tindices', typeOf(indices)),
    attribute.type('Taxis', 'int32'),
  ];
  return tf.tidy(() => runOp('GatherV2', attributes, [x, indices, tf.scalar(axis, 'int32')]));
}
