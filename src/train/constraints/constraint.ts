/** What a constraint is: a bound on each kernel that holds after every step. */
import type { Tensor } from '../../backend/tf.ts';
import { untunable, type Technique } from '../../space/technique.ts';

export interface Constraint<Knobs = any> extends Technique<Knobs> {
  /**
   * @param kernel [..., outputs]
   * @param hyper the continuous knobs as scalars
   */
  constrain(kernel: Tensor, hyper: Readonly<Record<string, Tensor>>): Tensor;
}

/** Checks a definition's types, and leaves bounds to the samplers. */
export function constraint<Knobs>(definition: Constraint<Knobs>): Constraint<Knobs> {
  const reason = 'it bounds the weights themselves, after every step';
  return { ...definition, untunable: untunable(definition.continuous ?? [], reason) as never };
}
