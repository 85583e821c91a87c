/** What gradient clipping is: a pure bound on the gradient of all weights, which comes as one vector. */
import { z } from 'zod';
import type { Tensor } from '../../backend/tf.ts';
import type { Technique } from '../../space/technique.ts';

export interface Clipping<Knobs = any> extends Technique<Knobs> {
  /**
   * @param hyper the continuous knobs as scalars
   * @param parts the weights that the gradient is of, in their order
   */
  clip(
    gradient: Tensor,
    hyper: Readonly<Record<string, Tensor>>,
    parts: readonly { readonly shape: readonly number[] }[],
  ): Tensor;
}

/** Checks a definition's types; the identity at run time. */
export function clipping<Knobs>(definition: Clipping<Knobs>): Clipping<Knobs> {
  return definition;
}

/** As float32 a limit must be neither 0 nor Infinity: the scale of a gradient would be NaN. */
export function limitKnob(description: string) {
  return z.number().min(1e-9).max(1e9).describe(description);
}
