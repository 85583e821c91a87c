/**
 * Nadam: Adam with Nesterov's look ahead, whose momentum warms up:
 *   u(t) = beta1 (1 - 0.96^t / 2)
 *   p <- p u(t)
 *   m <- m + (1 - beta1) (g - m)
 *   v <- v + (1 - beta2) (g^2 - v)
 *   w <- w - lr (u(t+1) m / (1 - p u(t+1)) + (1 - u(t)) g / (1 - p)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ. Keras: Nadam.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { momentKnobNames, momentKnobs, moments } from './moments.ts';
import { optimizer } from './optimizer.ts';

export const nadam = optimizer({
  name: 'nadam',
  summary: "Adam with Nesterov's look ahead",
  paper: 'Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ',
  shorthand: 'learningRate',
  knobs: z.strictObject(momentKnobs),
  slots: { m: 0, v: 0 },
  scalars: { momentumProduct: 1 },
  continuous: momentKnobNames,
  update(update) {
    const { gradient, weight, scalars, hyper, step } = update;
    const momentumAt = (t: Tensor): Tensor => tf.mul(hyper['beta1']!, tf.sub(1, tf.mul(0.5, tf.pow(0.96, t))));
    const [current, next] = [momentumAt(step), momentumAt(tf.add(step, 1))];
    const product = tf.mul(scalars[0]!, current);
    const [m, v] = moments(update);
    const ahead = tf.add(
      tf.div(tf.mul(next, m), tf.sub(1, tf.mul(product, next))),
      tf.div(tf.mul(tf.sub(1, current), gradient), tf.sub(1, product)),
    );
    const scale = tf.sqrt(tf.div(v, tf.sub(1, tf.pow(hyper['beta2']!, step))));
    const change = tf.div(tf.mul(ahead, hyper['learningRate']!), tf.add(scale, hyper['epsilon']!));
    return { weight: tf.sub(weight, change), slots: [m, v], scalars: [product] };
  },
});
