/** A network for digits and what is left of it after steps of compression. */
import { afterSection } from '../../dist/train/after/section.js';
import { compressed } from '../../dist/train/after/compressed.js';
import { createWorkbench } from '../../dist/train/after/workbench.js';
import { mnist, trainOnce } from './common.js';
import { oncePerSeed } from './once.js';
import { inTemporaryFolder } from './temporary-folder.js';

const dense = units => ({ dense: { units, activation: 'relu' } });

const setting = {
  data: { ...mnist, trainingExamples: 3000 },
  model: { layers: ['flatten', dense(128), dense(64)] },
  train: { epochs: 15, batchSize: 64 },
};

export const about = 'mnist10k, 3000 training images, dense 128 and 64 (109386 weights)';

/** @returns the variants before the steps and after the last one: { bytes, packedBytes, test } */
export async function compress(steps, setting, seed) {
  const { compress } = afterSection.parse({ compress: steps });
  const { after } = await trainOnce({
    ...setting,
    seed,
    after: context =>
      inTemporaryFolder(folder => {
        const { dataset, graphs, model, program, weights } = context;
        const trained = { model, program, weights, storage: 'float32' };
        return compressed(trained, compress, { dataset, folder, graphs, workbench: createWorkbench(context) });
      }),
  });
  return { original: after[0], small: after.at(-1) };
}

const pruneAndQuantize = oncePerSeed(seed =>
  compress([{ prune: { sparsity: 0.8, epochs: 5 } }, 'quantize'], setting, seed),
);
const lowRank = oncePerSeed(seed => compress([{ lowRank: { rank: 0.2, epochs: 5 } }], setting, seed));

const beforeAndAfter = variants => measured => ({
  original: async seed => measured((await variants(seed)).original),
  compressed: async seed => measured((await variants(seed)).small),
});

/** Arms of rows. */
export const prunedAndQuantized = beforeAndAfter(pruneAndQuantize);
export const factored = beforeAndAfter(lowRank);

export const accuracyOf = ({ test }) => 100 * test.metrics.accuracy;
export const kilobytesOf = ({ packedBytes }) => packedBytes / 1000;
