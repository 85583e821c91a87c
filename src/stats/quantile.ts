/** Quantiles of samples: between two values in proportion, as NumPy has them (Hyndman & Fan 1996, type 7). */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const place = share * (ascending.length - 1);
  const below = Math.floor(place);
  const above = ascending[below + 1] ?? ascending[below]!;
  return ascending[below]! + (place - below) * (above - ascending[below]!);
}

/** Of values in any order. */
export function quantileOf(values: readonly number[], share: number): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    share,
  );
}
