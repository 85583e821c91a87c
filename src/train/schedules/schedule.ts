/** What a learning rate schedule is: the share of the learning rate that each epoch trains with. */
import type { Technique } from '../../space/technique.ts';

export interface Course {
  /** Epoch that is about to start, from 1. */
  readonly epoch: number;
  /** Epochs at most. */
  readonly epochs: number;
  /** Losses on the validation rows after the epochs so far; what is maximized comes with its sign turned. */
  readonly losses: readonly number[];
}

export interface Schedule<Knobs = any> extends Technique<Knobs> {
  /** Times the learning rate: pure, 0 or more. */
  factor(knobs: Knobs, course: Course): number;
}

/** Checks a definition's types; the identity at run time. */
export function schedule<Knobs>(definition: Schedule<Knobs>): Schedule<Knobs> {
  return definition;
}
