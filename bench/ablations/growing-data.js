/** Losses after training on ever more digits, each time on other ones, and the power law through them. */
import { createRng } from '../../dist/study/rng.js';
import { fitSection } from '../../dist/train/fit-section.js';
import { sizeCurve } from '../../dist/train/size-curve.js';
import { graphs, mnist, prepare, valLoss } from './common.js';

const sizes = [400, 800, 1600, 3200];
const repeats = 3;
const heldOut = 6400;

export const growingDataText = `mnist10k, dense 64, ${repeats} trainings on ${sizes.join(', ')} images each, one on the held-out ${heldOut}`;

/** What the law says of twice the data, and what a training with it says; several arms ask for the same seed. */
export function predictAndMeasure(seed) {
  if (!known.has(seed)) known.set(seed, measure(seed));
  return known.get(seed);
}

const known = new Map();

async function measure(seed) {
  const prepared = await prepare({
    data: { ...mnist, split: { validation: 0.16 } },
    model: { layers: ['flatten', { dense: { units: 64, activation: 'relu' } }] },
    train: { epochs: 30, earlyStopping: { patience: 3 } },
    seed,
  });
  const { batches } = prepared;
  /** The validation loss, always on the same rows. */
  const lossWith = async (size, index) => {
    const rng = createRng(seed, 'size', index);
    const train = rng.shuffle(Int32Array.from(batches.train)).subarray(0, size);
    const context = { ...prepared, batches: { ...batches, train }, metric: valLoss, seed: rng.int(2 ** 31), graphs };
    const { best } = await fitSection(prepared.phases, context);
    return best.value;
  };
  const all = Array.from({ length: repeats }, () => sizes).flat();
  const losses = [];
  for (const [index, size] of all.entries()) losses.push(await lossWith(size, index));
  const { now, twice } = sizeCurve(all, losses);
  return { now, twice, measured: await lossWith(heldOut, all.length) };
}
