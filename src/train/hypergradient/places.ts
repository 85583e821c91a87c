/** Places of a training from which it can be taken up again: states that cost no copies, for tensors never change. */
import { tf } from '../../backend/tf.ts';
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
  dispose(): void;
}

export function createPlaces(program: Program, keeper: Keeper, trail: Trail): Places {
  const here = (): Place => ({ state: sameAs(keeper.state), step: trail.step, phi: trail.phi });
  // A place is safe once the stretch after it has gone well too.
  let [safe, latest, best] = [here(), here(), here()];
  let lowest = Infinity;
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
    dispose: () => [safe, latest, best].forEach(free),
  };
}

function free({ state }: Place): void {
  tf.dispose(state as never);
}

function sameAs({ weights, statistics }: Model): Model {
  return { weights: tf.clone(weights), statistics: tf.clone(statistics) };
}
