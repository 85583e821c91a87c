/** The compiled steps of a trainer thread: trials of the same structure share them. */
import { createGraphCache } from '../backend/graph/cache.ts';
import { compileStep, type CompiledStep } from '../backend/graph/compile-step.ts';
import type { Step } from '../backend/graph/step.ts';
import { leavesOf, type Tree } from '../backend/graph/tree.ts';

export interface Graphs {
  /** @param structure everything about the step that decides its ops; shapes are added here */
  take<Data extends Tree, State extends Tree, Hyper extends Tree>(
    structure: string,
    batchSize: number,
    inputs: { readonly data: Data; readonly state: State; readonly hyper: Hyper },
    step: Step<Data, State, Hyper>,
  ): CompiledStep<Data, State, Hyper>;
  /** Frees what is too much; between trials. */
  trim(): void;
  dispose(): void;
}

/** Per thread: some half dozen structures of small networks. What is freed later than it might be leaves holes. */
const maximumBytes = 16 * 2 ** 20;

export function createGraphs(): Graphs {
  const cache = createGraphCache(maximumBytes);
  return {
    take(structure, batchSize, inputs, step) {
      const shapes = leavesOf(inputs.data).map(({ tensor }) => [tensor.dtype, tensor.shape.slice(1)]);
      const given = leavesOf(inputs.hyper).map(({ path }) => path);
      const key = JSON.stringify([structure, batchSize, shapes, given]);
      return cache.take(key, () => compileStep(step, { batchSize, ...inputs }));
    },
    trim: () => cache.trim(),
    dispose: () => cache.dispose(),
  };
}
