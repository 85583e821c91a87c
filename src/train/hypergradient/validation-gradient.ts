/** The gradient of the mean loss of rows that do not train, as the model predicts: without dropout and augmentation. */
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Model } from '../evaluate.ts';
import { inferencePass } from '../evaluate.ts';
import { scoped } from '../layers/chain.ts';
import type { Program } from '../program.ts';
import type { Batch } from '../step.ts';
import type { TunedParameter } from './tuning.ts';
import { hyperAt, type TunedHyper } from './values.ts';

export interface ValidationGradient {
  readonly loss: Tensor;
  readonly weights: Tensor;
  readonly statistics: Tensor;
  /** [parameters]: what the tuned values change at once, without the weights. */
  readonly phi: Tensor;
}

export function validationGradient(
  { plan, loss }: Program,
  parameters: readonly TunedParameter[],
  { inputs, targets }: Batch,
  model: Model,
  tuned: TunedHyper,
): ValidationGradient {
  const lossOf = (weights: Tensor, statistics: Tensor, phi: Tensor): Tensor => {
    const hyper = hyperAt(parameters, { ...tuned, phi });
    const { output } = plan.apply(inputs, inferencePass(plan, { weights, statistics }, hyper));
    return tf.mean(loss.technique.perExample(output, targets, scoped(hyper, 'loss.')));
  };
  const at = [model.weights, model.statistics, tuned.phi];
  const { value, grads } = tf
    .engine()
    .gradients(() => lossOf(...(at as [Tensor, Tensor, Tensor])), at as never, undefined, true);
  const [weights, statistics, phi] = (grads as (Tensor | null)[]).map(
    (grad, index) => grad ?? tf.zerosLike(at[index]!),
  );
  return { loss: value, weights: weights!, statistics: statistics!, phi: phi! };
}
