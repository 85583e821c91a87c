/**
 * Eve: Adam whose learning rate is divided by d, an average of the relative change of the loss. It slows down where the
 * loss jumps, and speeds up where it hardly moves. From the second step on, with f the loss and h the loss as followed:
 *   delta, Delta = f >= h ? (k + 1, K + 1) : (1 / (K + 1), 1 / (k + 1))
 *   h' = h min(max(delta, f / h), Delta)
 *   r = |h' - h| / min(h', h)
 *   d <- beta3 d + (1 - beta3) r
 *   w <- w - lr m' / (d sqrt(v') + epsilon), with m' and v' as in Adam
 * In the first step h = f and d = 1. Koushik & Hayashi 2016, https://arxiv.org/abs/1611.01505v2, algorithm 1.
 */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { decayKnob, epsilonKnob } from './knobs.ts';
import { momentKnobNames, momentKnobs, moments } from './moments.ts';
import { needed, optimizer, type Update } from './optimizer.ts';

/** Losses are followed by their ratios: below this they count as equal. */
const smallestLoss = 1e-12;

export const eve = optimizer({
  name: 'eve',
  summary: 'Adam, slower where the loss jumps and faster where it hardly moves',
  paper: 'https://arxiv.org/abs/1611.01505',
  shorthand: 'learningRate',
  knobs: z.strictObject({
    ...momentKnobs,
    beta3: decayKnob(0.999, 'the relative change of the loss'),
    epsilon: epsilonKnob(1e-8),
    leastChange: z
      .number()
      .positive()
      .max(1)
      .default(0.1)
      .describe('relative change of the loss that one step counts at least; k in the paper'),
    mostChange: z
      .number()
      .min(1)
      .max(1000)
      .default(10)
      .describe('relative change of the loss that one step counts at most; K in the paper'),
  }),
  slots: { m: 0, v: 0 },
  scalars: { change: 1, loss: 0 },
  continuous: [...momentKnobNames, 'beta3', 'leastChange', 'mostChange'],
  update(update) {
    const { weight, hyper, step } = update;
    const [change, followed] = feedback(update);
    const [m, v] = moments(update);
    const unbiased = (average: Tensor, beta: Tensor): Tensor => tf.div(average, tf.sub(1, tf.pow(beta, step)));
    const scale = tf.add(tf.mul(change, tf.sqrt(unbiased(v, hyper['beta2']!))), hyper['epsilon']!);
    const moved = tf.div(tf.mul(hyper['learningRate']!, unbiased(m, hyper['beta1']!)), scale);
    return { weight: tf.sub(weight, moved), slots: [m, v], scalars: [change, followed] };
  },
});

/** d and the loss as followed. */
function feedback(update: Update): [change: Tensor, followed: Tensor] {
  const { scalars, hyper, step } = update;
  const [last, before] = scalars as [Tensor, Tensor];
  const loss = tf.maximum(needed('eve', update, 'loss'), smallestLoss);
  const [least, most] = [tf.add(hyper['leastChange']!, 1), tf.add(hyper['mostChange']!, 1)];
  const hasGrown = tf.greaterEqual(loss, before);
  const lowest = tf.where(hasGrown, least, tf.div(1, most));
  const highest = tf.where(hasGrown, most, tf.div(1, least));
  const followed = tf.mul(before, tf.minimum(tf.maximum(lowest, tf.div(loss, before)), highest));
  const relative = tf.div(tf.abs(tf.sub(followed, before)), tf.minimum(followed, before));
  const change = tf.add(tf.mul(hyper['beta3']!, last), tf.mul(tf.sub(1, hyper['beta3']!), relative));
  const isFirst = tf.equal(step, 1);
  return [tf.where(isFirst, last, change), tf.where(isFirst, loss, followed)];
}
