/** Shapes of one example as data sets have them: [features], or [height, width, channels]. */

/** A single number is one feature, a matrix an image with one channel; undefined for more sides than an image has. */
export function exampleShape(sides: readonly number[]): readonly number[] | undefined {
  if (sides.length > 3) return undefined;
  if (sides.length === 0) return [1];
  return sides.length === 2 ? [...sides, 1] : sides;
}
