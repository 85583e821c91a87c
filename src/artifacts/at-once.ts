/** Work on many things that is waiting for the most part: some of it at once. */

/** @throws the first error, once what was begun has ended */
export async function atOnce<T>(count: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.toReversed();
  const workers = Array.from({ length: count }, async () => {
    try {
      for (let item; (item = left.pop()) !== undefined;) await work(item);
    } catch (error) {
      left.length = 0;
      throw error;
    }
  });
  await Promise.allSettled(workers);
  await Promise.all(workers);
}
