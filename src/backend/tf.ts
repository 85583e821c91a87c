/**
 * TensorFlow.js as a live binding. Technique files import `tf` and use it inside their functions; nothing native loads
 * until `loadBackend()` has run, so the coordinator can read every technique's knobs without the addon.
 */
import type * as TensorFlow from '@tensorflow/tfjs';

export type TF = typeof TensorFlow;
export type Tensor = TensorFlow.Tensor;
export type Scalar = TensorFlow.Scalar;

export let tf: TF = new Proxy({} as TF, {
  get(_, name) {
    throw new Error(`tf.${String(name)} was used before loadBackend()`);
  },
});

/** Called once per thread by loadBackend(). */
export function provideTf(loaded: TF): void {
  tf = loaded;
}
