/** Loss and metrics of a model over a set of examples. */
import { tf, type Tensor } from '../backend/tf.ts';
import type { Examples } from './batches.ts';
import type { Program } from './program.ts';
import { evaluateBatch, type Hyper, type State } from './step.ts';

/** Larger batches gain no speed and cost memory. */
const batchSize = 1024;

/** Means over all examples: { loss, accuracy, ... }. */
export function evaluate(
  program: Program,
  examples: Examples,
  state: Pick<State, 'weights' | 'statistics'>,
  hyper: Hyper,
  targetScale: Tensor,
): Record<string, number> {
  const names = ['loss', ...program.metrics.map(({ name }) => name)];
  const sums = new Array<number>(names.length).fill(0);
  for (let start = 0; start < examples.size; start += batchSize) {
    const size = Math.min(batchSize, examples.size - start);
    const batchSums = tf.tidy(() => {
      const batch = {
        inputs: tf.slice(examples.inputs, start, size),
        targets: tf.slice(examples.targets, start, size),
      };
      return evaluateBatch(program, batch, state, hyper, targetScale).dataSync();
    });
    batchSums.forEach((sum, index) => (sums[index]! += sum));
  }
  return Object.fromEntries(names.map((name, index) => [name, sums[index]! / examples.size]));
}
