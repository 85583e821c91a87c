/**
 * Batch normalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the batch's mean and variance in
 * training and their moving averages at inference. Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167.
 * Keras: BatchNormalization.
 */
import { z } from 'zod';
import { batchNormInference, batchNormTraining } from '../../backend/native-ops/batch-norm.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import { ones } from '../initializers/ones.ts';
import { zeros } from '../initializers/zeros.ts';
import { gammaAndBeta } from './gamma-and-beta.ts';
import { applyKeras, layer } from './layer.ts';

export const batchNorm = layer({
  name: 'batchNorm',
  summary: 'normalizes each channel over the batch',
  paper: 'https://arxiv.org/abs/1502.03167',
  knobs: z.strictObject({
    momentum: z.number().min(0).max(0.9999).default(0.99).describe('share of the old moving average that stays'),
    epsilon: z.number().min(1e-8).max(0.1).default(1e-3).describe('added to the variance'),
  }),
  continuous: ['momentum'],
  untunable: { momentum: 'no weight depends on it' },
  keepsSign: true,
  plan({ momentum, epsilon }, input) {
    const shape = [input.at(-1)!];
    return {
      output: input,
      weights: gammaAndBeta(input.at(-1)!),
      statistics: [
        { name: 'movingMean', shape, initialize: zeros.create({}), decays: false },
        { name: 'movingVariance', shape, initialize: ones.create({}), decays: false },
      ],
      hyper: { momentum },
      flops: 0,
      apply(x, { weights: [gamma, beta], statistics, hyper, training }) {
        const [movingMean, movingVariance] = statistics;
        if (!training)
          return {
            output: batchNormInference(x, gamma!, beta!, movingMean!, movingVariance!, epsilon),
            statistics,
          };
        const { output, mean, variance } = batchNormTraining(x, gamma!, beta!, epsilon);
        const move = (average: Tensor, batch: Tensor): Tensor =>
          tf.add(tf.mul(average, hyper['momentum']!), tf.mul(batch, tf.sub(1, hyper['momentum']!)));
        return { output, statistics: [move(movingMean!, mean), move(movingVariance!, variance)] };
      },
      toKeras: (x, { weights, statistics }) =>
        applyKeras(tf.layers.batchNormalization({ momentum, epsilon }), x, [...weights, ...statistics]),
    };
  },
});
