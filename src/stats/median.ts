/** The middle value; of an even number the mean of both in the middle, and of none NaN. */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 0 ? (ascending[middle - 1]! + ascending[middle]!) / 2 : ascending[middle]!;
}
