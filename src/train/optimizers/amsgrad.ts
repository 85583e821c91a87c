/**
 * AMSGrad: Adam, whose steps are scaled by the largest average so far, so that they cannot grow again:
 *   m <- m + (1 - beta1) (g - m)
 *   v <- v + (1 - beta2) (g^2 - v)
 *   vMax <- max(vMax, v)
 *   w <- w - lr sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(vMax) + epsilon)
 * Reddi et al. 2018, https://arxiv.org/abs/1904.09237. Keras: Adam(amsgrad=True).
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { correction, momentKnobNames, momentKnobs, moments } from './moments.ts';
import { optimizer } from './optimizer.ts';

export const amsgrad = optimizer({
  name: 'amsgrad',
  summary: 'Adam, scaled by the largest average of the squared gradient so far',
  paper: 'https://arxiv.org/abs/1904.09237',
  shorthand: 'learningRate',
  knobs: z.strictObject(momentKnobs),
  slots: { m: 0, v: 0, vMax: 0 },
  continuous: momentKnobNames,
  update(update) {
    const { weight, slots, hyper } = update;
    const [m, v] = moments(update);
    const vMax = tf.maximum(slots[2]!, v);
    const change = tf.div(
      tf.mul(m, tf.mul(hyper['learningRate']!, correction(update))),
      tf.add(tf.sqrt(vMax), hyper['epsilon']!),
    );
    return { weight: tf.sub(weight, change), slots: [m, v, vMax] };
  },
});
