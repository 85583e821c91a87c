/** Owns the tensors of one training run: the running state and the snapshot of the best epoch, which may share tensors. */
import { release } from '../backend/graph/release.ts';
import { tensorsIn } from '../backend/graph/tree.ts';
import type { Model } from './evaluate.ts';
import type { State } from './step.ts';

export interface Keeper {
  readonly state: State;
  /** The remembered epoch; undefined before the first. */
  readonly snapshot: Model | undefined;
  /** Goes on with the next state and frees the last one. */
  replace(next: State): void;
  /** Remembers the state as the best one; the earlier snapshot is freed. */
  remember(): void;
  /** Frees both. */
  release(): void;
}

/** @param remembered of an earlier process */
export function createKeeper(initial: State, remembered?: Model): Keeper {
  let state = initial;
  let snapshot = remembered;
  const kept = () => tensorsIn(snapshot ?? []);
  return {
    get state() {
      return state;
    },
    get snapshot() {
      return snapshot;
    },
    replace(next) {
      release(tensorsIn(state), [...kept(), ...tensorsIn(next)]);
      state = next;
    },
    remember() {
      const outdated = kept();
      snapshot = { weights: state.weights, statistics: state.statistics };
      release(outdated, [...kept(), ...tensorsIn(state)]);
    },
    release() {
      release([...tensorsIn(state), ...kept()], []);
    },
  };
}
