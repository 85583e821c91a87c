/** Everything that runs in place of tfjs's own kernels and gradients while a step runs or is recorded. */
import type { KernelConfig } from '@tensorflow/tfjs';
import { tf } from '../tf.ts';
import { nativeGather } from './gather.ts';
import { withNativeGradients } from './gradients.ts';
import { nativeMatMul } from './mat-mul.ts';
import { nativeMaxPool } from './max-pool.ts';

/** @param run takes its gradients before it returns */
export function withNativeOps<T>(run: () => T): T {
  const kernel = (name: string): KernelConfig => tf.getKernel(name, 'tensorflow');
  const originals = ['BatchMatMul', 'MaxPool', 'GatherV2'].map(kernel);
  const [matMul, maxPool, gather] = originals as [KernelConfig, KernelConfig, KernelConfig];
  try {
    register([nativeMatMul(matMul), nativeMaxPool(maxPool), nativeGather(gather)]);
    return withNativeGradients(run);
  } finally {
    register(originals);
  }
}

function register(kernels: readonly KernelConfig[]): void {
  for (const kernel of kernels) {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
    tf.registerKernel(kernel);
  }
}
