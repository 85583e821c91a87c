/** What the studies of the bench tune: eight parameters, as a convolutional network has them. */
export const space = {
  params: [
    { name: 'learningRate', type: 'float', low: 1e-5, high: 1, log: true, step: null, default: 1e-3 },
    { name: 'weightDecay', type: 'float', low: 1e-6, high: 1e-1, log: true, step: null, default: 1e-4 },
    { name: 'dropout', type: 'float', low: 0, high: 0.7, log: false, step: null, default: 0.2 },
    { name: 'units', type: 'int', low: 16, high: 512, log: true, step: 1, default: 64 },
    { name: 'filters', type: 'int', low: 8, high: 128, log: true, step: 1, default: 32 },
    { name: 'batchSize', type: 'categorical', choices: [16, 32, 64, 128], default: 32 },
    { name: 'optimizer', type: 'categorical', choices: ['sgd', 'adam', 'adamw'], default: 'adam' },
    { name: 'activation', type: 'categorical', choices: ['relu', 'gelu', 'tanh'], default: 'relu' },
  ],
  constraints: [],
};

/** What a trial comes to: better near some learning rate and some number of units, and noisy. */
export function lossOf({ learningRate, units, dropout }, noise) {
  return (Math.log10(learningRate) + 3) ** 2 / 10 + (Math.log2(units) - 7) ** 2 / 50 + dropout / 5 + noise / 20;
}
