/** Owns the tensors of one training run: the running state and the snapshot of the best epoch, which may share tensors. */
import { release } from '../backend/graph/release.ts';
import { tensorsIn } from '../backend/graph/tree.ts';
import type { Tensor } from '../backend/tf.ts';
import type { State } from './step.ts';

export interface Keeper {
  readonly state: State;
  /** Weights, then statistics, of the remembered epoch; empty before the first. */
  readonly snapshot: readonly Tensor[];
  /** Goes on with the next state and frees the last one. */
  replace(next: State): void;
  /** Remembers the state as the best one; the earlier snapshot is freed. */
  remember(): void;
  /** Frees the state and, unless it is handed on, the snapshot. */
  release(options: { keepSnapshot: boolean }): void;
}

export function createKeeper(initial: State): Keeper {
  let state = initial;
  let snapshot: readonly Tensor[] = [];
  return {
    get state() {
      return state;
    },
    get snapshot() {
      return snapshot;
    },
    replace(next) {
      release(tensorsIn(state), [...snapshot, ...tensorsIn(next)]);
      state = next;
    },
    remember() {
      const outdated = snapshot;
      snapshot = [state.weights, state.statistics];
      release(outdated, [...snapshot, ...tensorsIn(state)]);
    },
    release({ keepSnapshot }) {
      release([...tensorsIn(state), ...snapshot], keepSnapshot ? snapshot : []);
    },
  };
}
