/** Losses after training on ever more digits, each time on other ones, and the power law through them. */
import { sizeCurve } from '../../dist/train/size-curve.js';
import { mnist, trainOnce } from './common.js';

const sizes = [375, 750, 1500, 3000];
const repeats = 3;
const heldOut = 6000;

export const growingDataText = `mnist10k, dense 64, ${repeats} trainings on ${sizes.join(', ')} images; held out: ${heldOut}`;

async function lossWith(trainingExamples, seed) {
  const { best } = await trainOnce({
    data: { ...mnist, trainingExamples, split: { validation: 0.2 } },
    model: { layers: ['flatten', { dense: { units: 64, activation: 'relu' } }] },
    train: { epochs: 30, earlyStopping: { patience: 3 } },
    seed,
  });
  return best.value;
}

/** What the law says of twice the data, and what a training with it says; several arms ask for the same seed. */
export function predictAndMeasure(seed) {
  if (!known.has(seed)) known.set(seed, measure(seed));
  return known.get(seed);
}

const known = new Map();

async function measure(seed) {
  const seedOf = index => 1000 * seed + index;
  const all = Array.from({ length: repeats }, () => sizes).flat();
  const losses = [];
  for (const [index, size] of all.entries()) losses.push(await lossWith(size, seedOf(index)));
  const { now, twice } = sizeCurve(all, losses);
  const measured = await lossWith(heldOut, seedOf(all.length));
  return { now, twice, measured };
}
