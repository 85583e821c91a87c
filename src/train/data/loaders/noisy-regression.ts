/**
 * Friedman #1: y = 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 + noise; the other features mean nothing.
 * Friedman 1991, Multivariate adaptive regression splines. scikit-learn: make_friedman1.
 */
import { z } from 'zod';
import { createRng } from '../../../study/rng.ts';
import { loader } from '../loader.ts';

export const noisyRegression = loader({
  name: 'noisyRegression',
  summary: 'a smooth function of five of the features plus noise (Friedman #1), made by a procedure',
  paper: 'https://doi.org/10.1214/aos/1176347963',
  knobs: z.strictObject({
    examples: z.int().min(10).max(1_000_000).default(1000).describe('number of examples'),
    features: z.int().min(5).max(1000).default(10).describe('number of features; the target depends on the first five'),
    noise: z.number().min(0).max(1000).default(1).describe('standard deviation of the noise on the target'),
  }),
  async load({ examples, features, noise }, { seed }) {
    const rng = createRng(seed, 'noisyRegression');
    const inputs = new Float32Array(examples * features);
    const targets = new Float32Array(examples);
    for (let example = 0; example < examples; example++) {
      const row = inputs.subarray(example * features, (example + 1) * features);
      for (let feature = 0; feature < features; feature++) row[feature] = rng.uniform();
      targets[example] = friedman1(row) + noise * rng.normal();
    }
    return {
      task: 'regression',
      size: examples,
      inputShape: [features],
      inputs,
      targetSize: 1,
      targets,
      columns: Array.from({ length: features }, (_, feature) => `x${feature + 1}`),
      target: ['y'],
    };
  },
});

function friedman1(x: Float32Array): number {
  return 10 * Math.sin(Math.PI * x[0]! * x[1]!) + 20 * (x[2]! - 0.5) ** 2 + 10 * x[3]! + 5 * x[4]!;
}
