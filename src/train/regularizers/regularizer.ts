/** What a regularizer is: a penalty on kernel weights; times its coefficient it is added to the training loss. */
import { z } from 'zod';
import type { Tensor } from '../../backend/tf.ts';

export interface Regularizer<Name extends string = string> {
  /** Its key in "train", where its coefficient stands. */
  readonly name: Name;
  /** What the penalty of all kernels together is. */
  readonly summary: string;
  readonly paper: string;
  /** A scalar: the penalty of one kernel. */
  penalty(weight: Tensor): Tensor;
}

/** Checks a definition's types; the identity at run time. */
export function regularizer<Name extends string>(definition: Regularizer<Name>): Regularizer<Name> {
  return definition;
}

export function coefficientKnob({ summary, paper }: Regularizer) {
  return z
    .number()
    .min(0)
    .max(10)
    .optional()
    .describe(`weight decay: this times ${summary} is added to the training loss (${paper})`);
}
