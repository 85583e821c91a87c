/**
 * Mean of log(cosh(e)) for the differences e: about e^2 / 2 near 0, |e| - log 2 far from it. As |e| + softplus(-2 |e|) -
 * log 2, which does not overflow. Keras: LogCosh.
 */
import { z } from 'zod';
import { abs } from '../../backend/native-ops/abs.ts';
import { mean } from '../../backend/native-ops/mean.ts';
import { softplus } from '../../backend/native-ops/softplus.ts';
import { tf } from '../../backend/tf.ts';
import { loss } from './loss.ts';

export const logCosh = loss({
  name: 'logCosh',
  summary: 'mean of the logarithms of the hyperbolic cosines of the differences',
  paper: 'Saleh & Saleh 2022, https://arxiv.org/abs/2208.04564',
  knobs: z.strictObject({}),
  task: 'regression',
  perExample(outputs, targets) {
    const size = abs(tf.sub(outputs, targets));
    return mean(tf.sub(tf.add(size, softplus(tf.mul(size, -2))), Math.LN2), -1);
  },
});
