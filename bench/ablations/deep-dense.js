/** A deep dense network on digits, at learning rates that are too high for it without normalization. */
import { digits, percent, trainOnce, unlessDiverged } from './common.js';

export const chance = 10;

/** @param normalization layers between each product and its activation */
export async function deepAccuracy({ normalization, learningRate, seed }) {
  const block = [{ dense: { units: 64, kernelInitializer: 'heNormal' } }, ...normalization, { activation: 'relu' }];
  const training = trainOnce({
    data: digits,
    model: { layers: [{ stack: { times: 5, layers: block } }] },
    train: { optimizer: { momentum: { learningRate } }, epochs: 15 },
    seed,
  });
  const accuracy = training.then(({ test }) => percent(test.accuracy));
  return unlessDiverged(accuracy, chance);
}
