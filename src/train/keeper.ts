/** Owns the tensors of one training run: the running state and the snapshot of the best epoch, which may share tensors. */
import { tf, type Tensor } from '../backend/tf.ts';
import { tensorsOf, type State } from './step.ts';

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
  const free = (tensors: readonly Tensor[], inUse: readonly Tensor[]): void => {
    const used = new Set(inUse);
    tf.dispose(tensors.filter(tensor => !used.has(tensor)));
  };
  return {
    get state() {
      return state;
    },
    get snapshot() {
      return snapshot;
    },
    replace(next) {
      free(tensorsOf(state), [...snapshot, ...tensorsOf(next)]);
      state = next;
    },
    remember() {
      const outdated = snapshot;
      snapshot = [state.weights, state.statistics];
      free(outdated, [...snapshot, ...tensorsOf(state)]);
    },
    release({ keepSnapshot }) {
      free([...tensorsOf(state), ...snapshot], keepSnapshot ? snapshot : []);
    },
  };
}
