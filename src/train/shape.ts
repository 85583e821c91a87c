/** Shapes of tensors and of the examples in them. */

/** Product of the sides of a shape: how many numbers it holds. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
