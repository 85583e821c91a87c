/** The best configuration trained on parts of the training examples: what would more data bring? */
import { fitSection, type TrainingContext } from '../fit-section.ts';
import type { Phase } from '../phases.ts';

const shares = [1 / 8, 1 / 4, 1 / 2, 1];

export interface SizePoint {
  readonly examples: number;
  /** The study's metric on the validation examples, in the best epoch. */
  readonly value: number;
}

/** Each part holds the smaller ones. */
export async function sizePoints(phases: readonly Phase[], context: TrainingContext): Promise<SizePoint[]> {
  const { batches } = context;
  const points: SizePoint[] = [];
  // The final model of a cross-validation has trained on these too.
  const validating = new Set(batches.validation);
  const rows = batches.train.filter(row => !validating.has(row));
  for (const share of shares) {
    const train = rows.slice(0, Math.max(1, Math.round(share * rows.length)));
    const { best } = await fitSection(phases, { ...context, batches: { ...batches, train } });
    if (best) points.push({ examples: train.length, value: best.value });
  }
  return points;
}
