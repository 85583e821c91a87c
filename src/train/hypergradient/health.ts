/** Whether a training goes well, from the losses of its stretches of steps. */
import { tf, type Tensor } from '../../backend/tf.ts';

/** Once the loss has fallen to a small share of the first one, jumps are noise. */
const jump = { ofAverage: 3, ofFirst: 0.05 };
const lost = { ofLowest: 8, ofFirst: 0.3 };

/**
 * How a stretch of steps went: well, with a jump of the loss, or to where all that was learned is lost again: a network
 * whose units died has small gradients and stays there.
 */
export function createHealth(): (loss: number, weights: Tensor) => 'good' | 'jump' | 'lost' {
  let first: number | undefined;
  let average = Infinity;
  let lowest = Infinity;
  return (loss, weights) => {
    const total = tf.tidy(() => tf.sum(weights).dataSync()[0]!);
    if (!Number.isFinite(loss) || !Number.isFinite(total)) return 'jump';
    first ??= loss;
    if (loss > lost.ofFirst * first && loss > lost.ofLowest * lowest) return 'lost';
    if (loss > jump.ofFirst * first && loss > jump.ofAverage * average) return 'jump';
    average = average === Infinity ? loss : 0.8 * average + 0.2 * loss;
    lowest = Math.min(lowest, loss);
    return 'good';
  };
}
