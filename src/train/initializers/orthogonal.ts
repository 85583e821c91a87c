/**
 * Orthogonal: columns (or rows, where there are fewer) of length `gain` at right angles to one another, uniform among all
 * such: the Q of a normal matrix, by Gram-Schmidt, whose R has a positive diagonal. Saxe et al. 2014,
 * https://arxiv.org/abs/1312.6120. Keras: Orthogonal.
 */
import { z } from 'zod';
import type { Rng } from '../../study/rng.ts';
import { sizeOf } from '../shape.ts';
import { initializer } from './initializer.ts';

export const orthogonal = initializer({
  name: 'orthogonal',
  summary: 'directions at right angles to one another',
  paper: 'https://arxiv.org/abs/1312.6120',
  shorthand: 'gain',
  knobs: z.strictObject({ gain: z.number().positive().max(1000).default(1).describe('length of each direction') }),
  continuous: ['gain'],
  create:
    ({ gain }) =>
    (shape, rng) => {
      const size = sizeOf(shape);
      const columns = shape.at(-1) ?? 1;
      const rows = size / columns;
      const basis = directions(Math.min(rows, columns), Math.max(rows, columns), rng);
      const at = (row: number, column: number): number =>
        rows < columns ? basis[row]![column]! : basis[column]![row]!;
      return Float32Array.from({ length: size }, (_, i) => gain * at(Math.floor(i / columns), i % columns));
    },
});

function directions(count: number, length: number, rng: Rng): Float64Array[] {
  const basis: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const vector = Float64Array.from({ length }, () => rng.normal());
    // Twice: the first time leaves rounding errors of what was large.
    for (const known of [...basis, ...basis]) add(vector, known, -dot(vector, known));
    const norm = Math.sqrt(dot(vector, vector));
    basis.push(vector.map(value => value / norm));
  }
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a <- a + factor b */
function add(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i]! += factor * b[i]!;
}
