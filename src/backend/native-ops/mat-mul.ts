/**
 * The product of two matrices. tfjs runs TensorFlow's BatchMatMulV2, which spends more on its batch of one than small
 * products cost; MatMul has none.
 */
import type { KernelConfig } from '@tensorflow/tfjs';
import type { Tensor } from '../tf.ts';
import { attribute, floatOp } from './run-op.ts';

/** tfjs's kernel, by MatMul where two float matrices meet. */
export function nativeMatMul(original: KernelConfig): KernelConfig {
  return {
    ...original,
    kernelFunc(params) {
      const { a, b } = params.inputs as unknown as { readonly a: Tensor; readonly b: Tensor };
      const isPlain = [a, b].every(({ dtype, shape }) => dtype === 'float32' && shape.length === 2);
      if (!isPlain) return original.kernelFunc(params);
      const { transposeA, transposeB } = params.attrs as unknown as Readonly<Record<string, boolean>>;
      return floatOp(
        'MatMul',
        [a, b],
        [attribute.bool('transpose_a', transposeA!), attribute.bool('transpose_b', transposeB!)],
      );
    },
  };
}
