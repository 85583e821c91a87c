/** Two interleaving half circles: the geometry and the order of scikit-learn's make_moons(shuffle=False). */
import { z } from 'zod';
import { createRng } from '../../../study/rng.ts';
import { loader } from '../loader.ts';

export const twoMoons = loader({
  name: 'twoMoons',
  summary: 'two interleaving half circles in the plane, made by a procedure',
  paper: 'https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_moons.html',
  knobs: z.strictObject({
    examples: z.int().min(10).max(1_000_000).default(1000).describe('number of points'),
    noise: z.number().min(0).max(10).default(0.2).describe('standard deviation of the noise on both coordinates'),
  }),
  async load({ examples, noise }, { seed }) {
    const rng = createRng(seed, 'twoMoons');
    const outer = Math.floor(examples / 2);
    const inputs = new Float32Array(2 * examples);
    for (let index = 0; index < examples; index++) {
      const [x, y] = index < outer ? outerPoint(index, outer) : innerPoint(index - outer, examples - outer);
      inputs[2 * index] = x + noise * rng.normal();
      inputs[2 * index + 1] = y + noise * rng.normal();
    }
    return {
      task: 'classification',
      size: examples,
      inputShape: [2],
      inputs,
      targetSize: 1,
      targets: Int32Array.from({ length: examples }, (_, index) => (index < outer ? 0 : 1)),
      classes: ['outer', 'inner'],
      columns: ['x', 'y'],
    };
  },
});

function outerPoint(index: number, count: number): readonly [number, number] {
  const angle = (Math.PI * index) / (count - 1);
  return [Math.cos(angle), Math.sin(angle)];
}

function innerPoint(index: number, count: number): readonly [number, number] {
  const [x, y] = outerPoint(index, count);
  return [1 - x, 0.5 - y];
}
