/** What a step must return: a state of the parts that it was given, and metrics of one number each. */
import type { Leaf } from './tree.ts';

type Refuse = (reason: string) => never;

export function assertSameParts(before: readonly Leaf[], after: readonly Leaf[], refuse: Refuse): void {
  const names = (leaves: readonly Leaf[]): string => leaves.map(({ path }) => path).join(', ');
  if (names(before) !== names(after))
    refuse(`the step was given the state ${names(before)} and returned ${names(after)}`);
}

export function assertSameKinds(before: readonly Leaf[], after: readonly Leaf[], refuse: Refuse): void {
  before.forEach(({ path, tensor }, index) => {
    const [was, is] = [tensor, after[index]!.tensor].map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`);
    if (was !== is) refuse(`the step was given ${path} as ${was} and returned it as ${is}`);
  });
}

/** @param isKnown whether the type is one that metrics may have */
export function assertScalar({ path, tensor }: Leaf, isKnown: boolean, refuse: Refuse): void {
  if (tensor.rank > 0 || !isKnown)
    refuse(`the metric ${path} is no float32 scalar: ${tensor.dtype} [${tensor.shape.join(', ')}]`);
}
