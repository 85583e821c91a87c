/**
 * Magnitude pruning: the smallest weights of all kernels become zero, and the others train on without them. Zeros take
 * next to no room in a packed file. Han et al. 2015, https://arxiv.org/abs/1506.02626.
 */
import { z } from 'zod';
import type { NamedTensor } from '../checkpoint.ts';
import type { WeightSpec } from '../layers/layer.ts';
import { compression } from './compression.ts';

export const prune = compression({
  name: 'prune',
  summary: 'the smallest weights become zero, and the others train on',
  paper: 'https://arxiv.org/abs/1506.02626',
  shorthand: 'sparsity',
  knobs: z.strictObject({
    sparsity: z.number().min(0).max(0.999).default(0.8).describe('share of the kernel weights that become zero'),
    epochs: z.int().min(1).max(10_000).default(5).describe('epochs of training after it'),
  }),
  async compress(model, { sparsity, epochs }, { train }) {
    const { weights: specs } = model.program.plan;
    const mask = maskOf(specs, model.weights, sparsity);
    const trained = await train(model.program, { epochs, weights: model.weights, mask });
    return { ...model, weights: trained, storage: 'float32' };
  },
});

/** 0 for the smallest weights of all kernels together, 1 for the others. */
function maskOf(specs: readonly WeightSpec[], values: readonly NamedTensor[], sparsity: number): Float32Array {
  const packed = specs.map(({ name }) => values.find(value => value.name === name)!.values);
  const sizes = packed.flatMap((own, index) => (specs[index]!.decays ? Array.from(own, Math.abs) : []));
  const limit = Float64Array.from(sizes).toSorted()[Math.floor(sparsity * sizes.length)] ?? 0;
  const kept = packed.map((own, index) =>
    specs[index]!.decays ? own.map(value => (Math.abs(value) >= limit ? 1 : 0)) : own.map(() => 1),
  );
  return Float32Array.from(kept.flatMap(part => Array.from(part)));
}
