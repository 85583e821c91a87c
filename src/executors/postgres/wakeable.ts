/** A task that several causes call for: never done twice at once, and done once more for who called while it was done. */
export interface Wakeable {
  wake(): void;
  /** Resolves when it is not being done. */
  rest(): Promise<void>;
}

/** @param fail told of what it throws */
export function wakeable(task: () => Promise<void>, fail: (error: unknown) => void): Wakeable {
  let isWanted = false;
  let present: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      await task();
    }
  };
  return {
    wake() {
      isWanted = true;
      present ??= work()
        .catch(fail)
        .finally(() => (present = undefined));
    },
    rest: async () => present,
  };
}
