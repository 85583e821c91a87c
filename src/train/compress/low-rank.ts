/**
 * Low-rank factorization: a dense kernel W [in, out] becomes two, W = A B with A [in, rank] and B [rank, out], by its
 * largest singular values; then both train on. Denton et al. 2014, https://arxiv.org/abs/1404.0736.
 */
import { z } from 'zod';
import { svd } from '../../backend/native-ops/svd.ts';
import { tf } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import type { Chosen } from '../../space/technique.ts';
import type { NamedTensor } from '../checkpoint.ts';
import { layers } from '../layers/index.ts';
import type { Layer } from '../layers/layer.ts';
import { compression, type Trained } from './compression.ts';

export const lowRank = compression({
  name: 'lowRank',
  summary: 'dense layers become products of two thin ones',
  paper: 'https://arxiv.org/abs/1404.0736',
  shorthand: 'rank',
  knobs: z.strictObject({
    rank: z.number().gt(0).max(1).default(0.25).describe('share of the singular values that stay'),
    epochs: z.int().min(1).max(10_000).default(5).describe('epochs of training after it'),
  }),
  async compress(model, { rank, epochs }, { build, train }) {
    const factored = model.model.layers.map((chosen, index) => factor(chosen, model, index, rank));
    if (factored.every(({ values }) => values.length === 0))
      throw new TuneError('MODEL_INVALID', {
        path: ['after', 'compress'],
        message: 'lowRank finds no dense layer that two thinner ones would make smaller',
        expected: 'a wide dense layer, or a smaller "rank"',
      });
    const smaller = { ...model.model, layers: factored.flatMap(({ layers }) => layers) };
    const program = build(smaller);
    const replaced = new Set(factored.flatMap(({ values }) => values.map(({ name }) => name)));
    const weights = [
      ...factored.flatMap(({ values }) => values),
      ...model.weights.filter(({ name }) => !replaced.has(name)),
    ];
    return { model: smaller, program, weights: await train(program, { epochs, weights }), storage: 'float32' };
  },
});

interface Factored {
  readonly layers: readonly Chosen<Layer>[];
  /** Weights of the new layers; none where the layer stays. */
  readonly values: readonly NamedTensor[];
}

/** Every layer keeps the name it had, so that its weights find it again. */
function factor(chosen: Chosen<Layer>, { program, weights }: Trained, index: number, rank: number): Factored {
  const { name } = program.plan.parts![index]!;
  const named = { ...chosen, knobs: { ...chosen.knobs, name } };
  const kernel = weights.find(value => value.name === `${name}.kernel`);
  if (chosen.technique.name !== 'dense' || !kernel) return { layers: [named], values: [] };
  const [inputs, outputs] = kernel.shape as [number, number];
  const kept = Math.max(1, Math.round(rank * Math.min(inputs, outputs)));
  if (kept * (inputs + outputs) >= inputs * outputs) return { layers: [named], values: [] };
  const first = `${name}-in`;
  const [a, b] = factors(kernel, kept);
  const thin = layers.dense.knobs.parse({ units: kept, useBias: false });
  return {
    layers: [{ technique: layers.dense, knobs: { ...(thin as object), name: first } }, named],
    values: [
      { name: `${first}.kernel`, shape: [inputs, kept], values: a },
      { name: `${name}.kernel`, shape: [kept, outputs], values: b },
    ],
  };
}

/** A = u sqrt(s), B = sqrt(s) v^T, of the largest singular values. */
function factors({ values, shape }: NamedTensor, rank: number): [Float32Array, Float32Array] {
  const [inputs, outputs] = shape as [number, number];
  const parts = tf.tidy(() => {
    const { s, u, v } = svd(tf.tensor(values, [inputs, outputs]));
    const root = tf.sqrt(tf.slice(s, [0], [rank]));
    const a = tf.mul(tf.slice(u, [0, 0], [inputs, rank]), root);
    const b = tf.transpose(tf.mul(tf.slice(v, [0, 0], [outputs, rank]), root));
    return [a, b];
  });
  const read = parts.map(part => part.dataSync() as Float32Array);
  tf.dispose(parts);
  return read as [Float32Array, Float32Array];
}
