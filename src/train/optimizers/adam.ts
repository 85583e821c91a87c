/**
 * Adam, in the form of Kingma & Ba 2015, section 2, last paragraph (as Keras has it):
 *   m <- m + (1 - beta1) (g - m)
 *   v <- v + (1 - beta2) (g^2 - v)
 *   w <- w - lr sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * https://arxiv.org/abs/1412.6980. Keras: Adam.
 */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { correction, momentKnobNames, momentKnobs, moments } from './moments.ts';
import { optimizer } from './optimizer.ts';

export const adam = optimizer({
  name: 'adam',
  summary: 'steps scaled by moving averages of the gradient and its square',
  paper: 'https://arxiv.org/abs/1412.6980',
  shorthand: 'learningRate',
  knobs: z.strictObject(momentKnobs),
  slots: { m: 0, v: 0 },
  continuous: momentKnobNames,
  update(update) {
    const { weight, hyper } = update;
    const [m, v] = moments(update);
    const change = tf.div(
      tf.mul(m, tf.mul(hyper['learningRate']!, correction(update))),
      tf.add(tf.sqrt(v), hyper['epsilon']!),
    );
    return { weight: tf.sub(weight, change), slots: [m, v] };
  },
});
