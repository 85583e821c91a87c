/** The hyperparameters of a program as tensors: inputs of its steps. */
import { tf } from '../backend/tf.ts';
import type { Program } from './program.ts';
import type { Hyper } from './step.ts';

/** Hyperparameters that are vectors, by name: `classWeights`, `mask`. */
export type Vectors = Readonly<Record<string, Float32Array>>;

/** The program's continuous hyperparameters and the seed as scalars; the caller disposes them. */
export function createHyper(program: Program, seed: number, vectors: Vectors = {}): Hyper {
  const scalars = Object.entries(program.hyper).map(([name, value]) => [name, tf.scalar(value)] as const);
  return {
    ...Object.fromEntries(scalars),
    seed: tf.scalar(seed, 'int32'),
    ...Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, tf.tensor1d(values)])),
  };
}
