/** What trains the trials of a worker: an executor for each setup, as long as trials use it and no other one needs its place. */
import type { Asked } from '../../storage/postgres/database.ts';
import type { Executor } from '../../study/ports.ts';
import type { Claim } from './claims.ts';
import { readSetup, type KeptSetup } from './setups.ts';

/** Makes what trains the trials of a study here. */
export type Prepare = (kept: KeptSetup, study: number) => Promise<Executor>;

export interface Places {
  /** @throws what `prepare` throws: data that is not here, a missing backend */
  use<T>(claim: Claim, task: (executor: Executor) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Place {
  readonly executor: Promise<Executor>;
  users: number;
}

export function createPlaces(database: Asked, prepare: Prepare): Places {
  const places = new Map<string, Place>();
  const closeIf = async (isDone: (place: Place) => boolean): Promise<void> => {
    const done = [...places].filter(([, place]) => isDone(place));
    for (const [key] of done) places.delete(key);
    await Promise.all(done.map(async ([, { executor }]) => (await executor.catch(() => undefined))?.close()));
  };
  const placeOf = ({ study, setup }: Claim): Place => {
    // Two studies may train the same, and number their trials alike.
    const key = `${study}/${setup}`;
    const present = places.get(key);
    if (present) return present;
    const idle = closeIf(({ users }) => users === 0);
    const executor = idle.then(async () => prepare(await readSetup(database, study, setup), study));
    const place = { executor, users: 0 };
    places.set(key, place);
    executor.catch(() => places.delete(key));
    return place;
  };
  return {
    async use(claim, task) {
      const place = placeOf(claim);
      place.users += 1;
      try {
        return await task(await place.executor);
      } finally {
        place.users -= 1;
      }
    },
    close: () => closeIf(() => true),
  };
}
