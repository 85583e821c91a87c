/** Disposal of the tensors that one step hands to the next. */
import { tf, type Tensor } from '../tf.ts';
import type { StepOutputs } from './step.ts';

/** Disposes the tensors that none of the others hold. */
export function release({ state, sums }: StepOutputs, others: readonly StepOutputs[]): void {
  const used = new Set<Tensor>(others.flatMap(({ state, sums }) => [...state, ...sums]));
  tf.dispose([...state, ...sums].filter(tensor => !used.has(tensor)));
}
