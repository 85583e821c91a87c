/** What the rows about transfer share: a small network for images, and weights to start from. */
import { mnist, percent, trainOnce } from './common.js';
import { oncePerSeed } from './once.js';

const conv = (name, filters) => ({ conv2d: { name, filters, kernelSize: 3, strides: 2, activation: 'relu' } });

export const model = {
  layers: [
    conv('first', 8),
    conv('second', 16),
    'flatten',
    { dense: { name: 'third', units: 32, activation: 'relu' } },
  ],
};

/** 200 images to train on, and 50 to choose the epoch by. */
export const fewImages = { trainingExamples: 200, split: { validation: 50 / 8000 } };

/** Weights of all layers but the output layer, as a training on other data has left them. */
export async function pretrained(source, seed) {
  const { weights } = await trainOnce({ ...source, model, train: { epochs: 8 }, seed });
  const own = weights.filter(({ name }) => !name.startsWith('output.'));
  return new Map(own.map(({ name, values }) => [name, values]));
}

/** The same of drawn digits: computer-generated images of the same ten classes. */
export const pretrainedOnGlyphs = oncePerSeed(seed => pretrained({ data: { glyphs: { examples: 4000 } } }, seed));

export const glyphsToMnist = '4000 drawn digits (glyphs), then 200 images of mnist10k';

/** A training on the 200 images; everything may be different. */
export function trainOnFew({ train, ...rest }) {
  return trainOnce({
    data: { ...mnist, ...fewImages },
    model,
    train: { epochs: 40, batchSize: 16, earlyStopping: false, ...train },
    ...rest,
  });
}

/** Test accuracy from scratch, on the 200 images alone. */
export const fromScratch = oncePerSeed(async seed => percent((await trainOnFew({ seed })).test.accuracy));
