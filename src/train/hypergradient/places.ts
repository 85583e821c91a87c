/** Places of a training from which it can be taken up again: states that cost no copies, for tensors never change. */
import { z } from 'zod';
import { tf, type Tensor } from '../../backend/tf.ts';
import { anyNumber } from '../backup.ts';
import type { Model } from '../evaluate.ts';
import type { Keeper } from '../keeper.ts';
import type { Program } from '../program.ts';
import { initialMemory } from '../step.ts';
import type { Trail } from './trail.ts';

export interface Place {
  readonly state: Model;
  readonly step: number;
  readonly phi: Trail['phi'];
}

export interface Places {
  /** Notes the place where a stretch of steps with this loss has ended well. */
  goOn(loss: number): void;
  /** Sets the training back: to the last place that is safe, or to the one with the lowest loss. */
  back(isFar: boolean): Place;
  /** Notes the place as one that is safe. */
  startHere(): void;
  /** All that they go on from. */
  saved(): SavedPlaces;
  /** The states of the places, by name. */
  tensors(): Readonly<Record<string, Tensor>>;
  dispose(): void;
}

const savedPlace = z.object({ step: z.int(), phi: z.array(z.number()) });
export const savedPlaces = z.object({
  safe: savedPlace,
  latest: savedPlace,
  best: savedPlace,
  lowest: anyNumber,
});
export type SavedPlaces = z.infer<typeof savedPlaces>;

/** @param from where they go on, with their tensors; default: all are here */
export function createPlaces(
  program: Program,
  keeper: Keeper,
  trail: Trail,
  from?: { readonly saved: SavedPlaces; readonly tensors: ReadonlyMap<string, Tensor> },
): Places {
  const here = (): Place => ({ state: sameAs(keeper.state), step: trail.step, phi: trail.phi });
  const restored = (name: 'safe' | 'latest' | 'best'): Place => {
    if (!from) return here();
    const [weights, statistics] = [`${name}.weights`, `${name}.statistics`].map(each => from.tensors.get(each)!);
    return { ...from.saved[name], state: sameAs({ weights: weights!, statistics: statistics! }) };
  };
  // A place is safe once the stretch after it has gone well too.
  let [safe, latest, best] = [restored('safe'), restored('latest'), restored('best')];
  let lowest = from?.saved.lowest ?? Infinity;
  return {
    goOn(loss) {
      free(safe);
      [safe, latest] = [latest, here()];
      if (loss >= lowest) return;
      free(best);
      [best, lowest] = [here(), loss];
    },
    back(isFar) {
      const place = isFar ? best : safe;
      const { weights, statistics } = sameAs(place.state);
      // What the optimizer remembers led away from here.
      keeper.replace({ weights, statistics, ...initialMemory(program, weights) });
      return place;
    },
    startHere() {
      free(safe);
      free(latest);
      [safe, latest] = [here(), here()];
    },
    saved() {
      const plain = ({ step, phi }: Place) => ({ step, phi: [...phi] });
      return { safe: plain(safe), latest: plain(latest), best: plain(best), lowest };
    },
    tensors: () =>
      Object.fromEntries(
        Object.entries({ safe, latest, best }).flatMap(([name, { state }]) => [
          [`${name}.weights`, state.weights],
          [`${name}.statistics`, state.statistics],
        ]),
      ),
    dispose: () => [safe, latest, best].forEach(free),
  };
}

function free({ state }: Place): void {
  tf.dispose(state as never);
}

function sameAs({ weights, statistics }: Model): Model {
  return { weights: tf.clone(weights), statistics: tf.clone(statistics) };
}
