import { createRng } from '../../../dist/study/rng.js';
import { ensemble } from '../../../dist/train/after/ensemble.js';
import { mnist, percent, trainOnce } from '../common.js';
import { oncePerSeed } from '../once.js';
import { inTemporaryFolder } from '../temporary-folder.js';

/** A random search of ten configurations, the best ones first. */
async function search(seed) {
  const trials = [];
  for (let trial = 0; trial < 10; trial++) {
    const rng = createRng(seed, 'search', trial);
    const units = Math.round(16 * 8 ** rng.uniform());
    const found = await trainOnce({
      data: { ...mnist, trainingExamples: 1000, split: { seed } },
      model: { layers: ['flatten', { dense: { units, activation: 'relu' } }, { dropout: 0.5 * rng.uniform() }] },
      train: { epochs: 15, optimizer: { adam: 3e-4 * 30 ** rng.uniform() } },
      seed: 100 * seed + trial,
    });
    trials.push({ trial, ...found });
  }
  return trials.toSorted((a, b) => a.best.value - b.best.value);
}

const study = oncePerSeed(async seed => {
  const members = (await search(seed)).slice(0, 5);
  const [best] = members;
  const { test } = await inTemporaryFolder(folder => ensemble(members, best.dataset, best.batches, folder));
  return { best: best.test.accuracy, together: test.metrics.accuracy };
});

export default {
  name: 'ensemble',
  row: 'ensemble: top-k models of a study averaged',
  shows: 'the best five together beat the single best one on test',
  data: 'mnist10k, 1000 training images, a random search of ten configurations',
  unit: 'test accuracy, %',
  higherIsBetter: true,
  arms: {
    'best of ten': async seed => percent((await study(seed)).best),
    'best five averaged': async seed => percent((await study(seed)).together),
  },
  holds: ({ difference }) => difference.low > 0,
};
