/** The gradient of the mean loss of rows that do not train, as the model predicts: without dropout and augmentation. */
import { tf, type Tensor } from '../../backend/tf.ts';
import { inferencePass, type Model } from '../evaluate.ts';
import { scoped } from '../layers/chain.ts';
import type { Program } from '../program.ts';
import type { Batch } from '../step.ts';
import type { TunedParameter } from './tuning.ts';
import { alongSlopes, type TunedHyper } from './values.ts';

export interface ValidationGradient {
  readonly weights: Tensor;
  readonly statistics: Tensor;
  /** [parameters]: what the coordinates change at once, without the weights. */
  readonly direct: Tensor;
}

export function validationGradient(
  { plan, loss }: Program,
  parameters: readonly TunedParameter[],
  { inputs, targets }: Batch,
  { weights, statistics }: Model,
  { hyper, slopes }: TunedHyper,
): ValidationGradient {
  const names = parameters.flatMap(({ hyper }) => hyper);
  const lossOf = (): Tensor => {
    const { output } = plan.apply(inputs, inferencePass(plan, { weights, statistics }, hyper));
    return tf.mean(loss.technique.perExample(output, targets, scoped(hyper, 'loss.')));
  };
  const by = [weights, statistics, ...names.map(name => hyper[name]!)];
  const { grads } = tf.engine().gradients(lossOf, by as never, undefined, true);
  const [ofWeights, ofStatistics, ...ofHyper] = grads as (Tensor | null)[];
  const derivativeOf = (name: string): Tensor | undefined => ofHyper[names.indexOf(name)] ?? undefined;
  const direct = parameters.map(parameter => alongSlopes(parameter, slopes, derivativeOf) ?? tf.scalar(0));
  return {
    weights: ofWeights!,
    statistics: ofStatistics ?? tf.zerosLike(statistics),
    direct: tf.stack(direct),
  };
}
