/** Interleaved spirals about the origin: the k-th arm is the first one, turned. Lang & Witbrock 1988 had two, of three turns. */
import { z } from 'zod';
import { createRng } from '../../../study/rng.ts';
import { loader } from '../loader.ts';

export const spirals = loader({
  name: 'spirals',
  summary: 'interleaved spirals in the plane, one for each class, made by a procedure',
  paper: 'Lang & Witbrock 1988, Learning to tell two spirals apart',
  knobs: z.strictObject({
    examples: z.int().min(20).max(1_000_000).default(1000).describe('number of points, equally many of each spiral'),
    classes: z.int().min(2).max(10).default(2).describe('number of spirals'),
    turns: z.number().min(0.25).max(10).default(1.5).describe('times that each goes round; more are harder'),
    noise: z
      .number()
      .min(0)
      .max(10)
      .default(0.05)
      .describe('standard deviation of the noise on both coordinates; the spirals end at the radius 1'),
  }),
  async load({ examples, classes, turns, noise }, { seed }) {
    const rng = createRng(seed, 'spirals');
    const inputs = new Float32Array(2 * examples);
    for (let index = 0; index < examples; index++) {
      const arm = index % classes;
      const points = Math.ceil((examples - arm) / classes);
      // From the first point beyond the origin, which belongs to no class.
      const radius = (Math.floor(index / classes) + 1) / points;
      const angle = 2 * Math.PI * (turns * radius + arm / classes);
      inputs[2 * index] = radius * Math.cos(angle) + noise * rng.normal();
      inputs[2 * index + 1] = radius * Math.sin(angle) + noise * rng.normal();
    }
    return {
      task: 'classification',
      size: examples,
      inputShape: [2],
      inputs,
      targetSize: 1,
      targets: Int32Array.from({ length: examples }, (_, index) => index % classes),
      classes: Array.from({ length: classes }, (_, arm) => String(arm)),
      columns: ['x', 'y'],
    };
  },
});
