/** All weights after a step, with each kernel inside its bound. */
import { pack, unpack } from '../../backend/graph/packed.ts';
import type { Tensor } from '../../backend/tf.ts';
import { scoped } from '../layers/chain.ts';
import type { Program } from '../program.ts';
import type { Hyper } from '../step.ts';

export function constrained({ plan, constraint }: Program, packed: Tensor, hyper: Hyper): Tensor {
  if (!constraint) return packed;
  const knobs = scoped(hyper, 'constraint.');
  return pack(
    unpack(packed, plan.weights).map((weight, index) =>
      plan.weights[index]!.decays ? constraint.technique.constrain(weight, knobs) : weight,
    ),
  );
}
