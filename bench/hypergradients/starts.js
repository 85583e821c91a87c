/**
 * Bad starts: learning rates far below and above the best fixed one, which the gradient has to mend while it trains. The
 * best fixed rate is the one of a grid with the lowest mean validation loss over the same seeds.
 */
import { digits, release, trainOnce, unlessDiverged } from '../ablations/common.js';
import { mean, median } from '../harness/statistics.js';
import { number, table } from '../harness/markdown.js';
import { learningRate, momentum, tuningOf } from './tuning.js';

/** From 1e-3 to 1, three to a decade. */
const grid = Array.from({ length: 10 }, (_, place) => 10 ** (place / 3 - 3));
/** Shares of the best fixed rate. */
const starts = { '100 times too low': 0.01, '10 times too high': 10 };
/** Validation losses of the best fixed rate. */
const within = 2;

const tuning = tuningOf({
  [learningRate]: { low: 1e-6, high: 10, log: true },
  [momentum]: { low: 0, high: 0.99 },
  l2: { low: 1e-7, high: 1e-2, log: true },
});

/** @param options.seeds how many, from 1 on */
export async function measureStarts({ seeds: count, say }) {
  const seeds = Array.from({ length: count }, (_, index) => index + 1);
  const fixed = [];
  for (const rate of grid) {
    const losses = [];
    for (const seed of seeds) losses.push((await train(seed, rate)).loss);
    release();
    fixed.push({ rate, mean: losses.includes(undefined) ? undefined : mean(losses), losses });
    say(`learning rate ${number(rate)}, fixed: ${lossText(fixed.at(-1).mean)}`);
  }
  const [best] = fixed.filter(({ mean }) => mean !== undefined).toSorted((a, b) => a.mean - b.mean);
  const results = [];
  for (const [name, share] of Object.entries(starts)) {
    const rate = share * best.rate;
    const runs = [];
    for (const [index, seed] of seeds.entries()) {
      const tuned = await train(seed, rate, tuning);
      const untuned = await train(seed, rate);
      const ratio = tuned.loss === undefined ? undefined : tuned.loss / best.losses[index];
      runs.push({ seed, ...tuned, ratio, met: ratio !== undefined && ratio <= within, untuned: untuned.loss });
      say(`${name}, seed ${seed}: ${lossText(tuned.loss)}, ${lossText(best.losses[index])} with the best fixed rate`);
    }
    release();
    results.push({ name, rate, met: runs.filter(({ met }) => met).length, runs });
  }
  return { seeds: count, within, fixed, best: { rate: best.rate, mean: best.mean }, starts: results };
}

/** The lowest validation loss and the last one; neither where training ended in NaN. */
async function train(seed, rate, tuning) {
  const training = trainOnce({
    data: { ...digits, split: { validation: 0.2, tuning: 0.2 } },
    model: { layers: [{ dense: { units: 32, activation: 'relu' } }] },
    train: {
      optimizer: { momentum: { learningRate: rate, momentum: 0.9 } },
      l2: 1e-5,
      batchSize: 32,
      epochs: 30,
      earlyStopping: false,
    },
    seed,
    options: { tuning },
    after: ({ best, curve, learned }) => ({
      loss: best.value,
      last: curve.validation.at(-1),
      ...(learned && { estimator: learned.estimator, learned: learned.values, rollbacks: learned.rollbacks }),
    }),
  });
  const trained = await unlessDiverged(training, undefined);
  return trained?.after ?? {};
}

export function startsMarkdown({ seeds, within, best, starts: results }) {
  const rows = results.map(({ name, rate, met, runs }) => {
    const ratios = runs.map(({ ratio }) => ratio).filter(ratio => ratio !== undefined);
    return [
      name,
      number(rate),
      `${runs.filter(({ loss }) => loss === undefined).length}`,
      ratios.length === 0 ? '' : `${number(median(ratios))}, ${number(Math.max(...ratios))}`,
      medianText(runs.map(({ loss }) => loss)),
      medianText(runs.map(({ untuned }) => untuned)),
      `${met} of ${seeds}: ${met === seeds ? 'met' : 'missed'}`,
    ];
  });
  return [
    `scikit-learn digits, dense 32, 30 epochs. The best fixed learning rate is ${number(best.rate)}, with a mean validation loss of ${number(best.mean)}. Ratios are to its loss with the same seed; the target is ${within} or less without NaN, for every seed.`,
    table(['start', 'rate', 'NaN', 'ratio: median, worst', 'median loss', 'untuned', 'target'], rows),
  ].join('\n\n');
}

function medianText(losses) {
  const finite = losses.filter(loss => loss !== undefined);
  return finite.length === 0 ? 'NaN' : number(median(finite));
}

function lossText(loss) {
  return loss === undefined ? 'NaN' : number(loss);
}
