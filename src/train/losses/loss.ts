/** What a loss is: one number per example from the model's raw outputs and the targets. */
import type { Tensor } from '../../backend/tf.ts';
import { untunable, type Technique } from '../../space/technique.ts';

export interface Loss<Knobs = any> extends Technique<Knobs> {
  readonly task: 'classification' | 'regression';
  /**
   * @param outputs [batch, classes] logits, or [batch, values]
   * @param targets [batch] class numbers (int32), or [batch, values]
   * @param hyper the continuous knobs as scalars
   * @returns [batch]
   */
  perExample(outputs: Tensor, targets: Tensor, hyper: Readonly<Record<string, Tensor>>): Tensor;
  /** What training minimizes in its place, where that differs: label smoothing. */
  training?(outputs: Tensor, targets: Tensor, hyper: Readonly<Record<string, Tensor>>): Tensor;
}

/** Checks a definition's types. What also measures the validation rows cannot be judged by them. */
export function loss<Knobs>(definition: Loss<Knobs>): Loss<Knobs> {
  if (definition.training) return definition;
  const reason = 'it changes the validation loss itself';
  return { ...definition, untunable: untunable(definition.continuous ?? [], reason) as never };
}
