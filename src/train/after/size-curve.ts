/** The best configuration trained on parts of the training examples: what would more data bring? */
import { createRng } from '../../study/rng.ts';
import { fitSection, type TrainingContext } from '../fit-section.ts';
import type { Phase } from '../phases.ts';
import { curveSizes } from '../size-curve.ts';

export interface SizePoint {
  readonly examples: number;
  /** The study's metric on the validation examples, in the best epoch. */
  readonly value: number;
}

/** For an interval there must be more than one training of each size. */
const trainings = 2;

/** Each training of a size has examples and randomness of its own. */
export async function sizePoints(phases: readonly Phase[], context: TrainingContext): Promise<SizePoint[]> {
  const { batches, seed } = context;
  const points: SizePoint[] = [];
  // The final model of a cross-validation has trained on these too.
  const validating = new Set(batches.validation);
  const rows = batches.train.filter(row => !validating.has(row));
  for (const examples of curveSizes(rows.length))
    for (let training = 0; training < trainings; training++) {
      const rng = createRng(seed, 'size curve', training);
      const train = rng.shuffle(Int32Array.from(rows)).subarray(0, examples);
      const own = { ...context, batches: { ...batches, train }, seed: rng.int(2 ** 31) };
      const { best } = await fitSection(phases, own);
      if (best) points.push({ examples, value: best.value });
    }
  return points;
}
