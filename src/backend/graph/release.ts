/** Disposal of tensors that one step hands to the next, which may share some. */
import { tf, type Tensor } from '../tf.ts';

/** Disposes the tensors that are not in use elsewhere. */
export function release(tensors: readonly Tensor[], inUse: readonly Tensor[]): void {
  const used = new Set(inUse);
  tf.dispose(tensors.filter(tensor => !used.has(tensor)));
}
