/** Optional entries: absent and undefined mean the same. */

type Optional<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** The entries that have a value. */
export function withoutUndefined<T extends object>(
  record: T,
): Omit<T, Optional<T>> & { [K in Optional<T>]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
}
