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
  for (const share of shares) {
    const train = batches.train.slice(0, Math.max(1, Math.round(share * batches.train.length)));
    const { best } = await fitSection(phases, { ...context, batches: { ...batches, train } });
    if (best) points.push({ examples: train.length, value: best.value });
  }
  return points;
}
