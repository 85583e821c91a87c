/** What a constraint is: a bound on each kernel that holds after every step. */
import type { Tensor } from '../../backend/tf.ts';
import type { Technique } from '../../space/technique.ts';

export interface Constraint<Knobs = any> extends Technique<Knobs> {
  /**
   * @param kernel [..., outputs]
   * @param hyper the continuous knobs as scalars
   */
  constrain(kernel: Tensor, hyper: Readonly<Record<string, Tensor>>): Tensor;
}

/** Checks a definition's types; the identity at run time. */
export function constraint<Knobs>(definition: Constraint<Knobs>): Constraint<Knobs> {
  return definition;
}
