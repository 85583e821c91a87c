/** Space files whose trials train in a fraction of a second. */

/** Classes: two moons, a small network. */
export const moons = {
  name: 'moons',
  data: { twoMoons: { examples: 200 } },
  model: { layers: [{ dense: { units: '$units', activation: 'relu' } }] },
  train: { optimizer: { adam: '$learningRate' }, epochs: 3, earlyStopping: false },
  space: {
    units: { type: 'int', low: 2, high: 16, default: 8 },
    learningRate: { type: 'float', low: 1e-3, high: 1e-1, log: true, default: 1e-2 },
  },
  search: { pruner: 'none' },
  budget: { trials: 4 },
} as const;

/** Values: a noisy function of ten features. */
export const curve = {
  name: 'curve',
  data: { noisyRegression: { examples: 120 } },
  model: { layers: [{ dense: { units: 16, activation: 'relu' } }] },
  train: { optimizer: { sgd: '$learningRate' }, epochs: 3, earlyStopping: false },
  space: { learningRate: { type: 'float', low: 1e-3, high: 1e-1, log: true, default: 1e-2 } },
  search: { pruner: 'none' },
  budget: { trials: 2 },
} as const;

/** Images, and everything that draws or remembers: dropout, batch statistics, shuffling, procedural data. */
export const drawing = {
  data: { glyphs: { examples: 120, size: 12 } },
  model: {
    layers: [
      { conv2d: { filters: '$filters', activation: 'relu' } },
      'batchNorm',
      'flatten',
      { dropout: '$dropout' },
      { dense: { units: 16, activation: 'relu' } },
      { dropout: 0.3 },
    ],
  },
  train: { optimizer: { adam: '$learningRate' }, l2: 1e-4 },
  space: {
    filters: { type: 'int', low: 2, high: 6 },
    dropout: { type: 'float', low: 0, high: 0.5 },
    learningRate: { type: 'float', low: 1e-3, high: 1e-1, log: true },
  },
} as const;
