/** Networks that more than one ablation trains. */

export const cnn = {
  layers: [
    { conv2d: { filters: 8, kernelSize: 3, activation: 'relu' } },
    { maxPool: 2 },
    { conv2d: { filters: 16, kernelSize: 3, activation: 'relu' } },
    { maxPool: 2 },
    'flatten',
    { dense: { units: 32, activation: 'relu' } },
  ],
};
