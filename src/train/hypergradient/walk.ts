/**
 * How tuned values follow their gradients: Adam on their coordinates, whose steps depend on the gradient's sign and
 * steadiness and not on its size. Kingma & Ba 2015, https://arxiv.org/abs/1412.6980. Where training diverges, the values
 * go back to those before it, the learning rate to half of that, and steps become shorter. Pure numbers.
 */
import { z } from 'zod';
import { fromCoordinate, reachOf, toCoordinate } from './coordinate.ts';
import type { TunedParameter } from './tuning.ts';
import { rate } from './values.ts';

export interface Walk {
  /** Coordinates, each from 0 to 1. */
  readonly phi: readonly number[];
  /** One step down the gradient, by the coordinates. */
  follow(gradient: readonly number[]): void;
  /** Takes a share of the learning rate. */
  cool(share: number): void;
  /** All that it goes on from. */
  saved(): SavedWalk;
  /** Back to coordinates with which training went well, and more carefully than there. */
  retreat(to: readonly number[], attempts: number): void;
}

export const savedWalk = z.object({
  phi: z.array(z.number()),
  stride: z.number(),
  count: z.int(),
  first: z.array(z.number()),
  second: z.array(z.number()),
});
export type SavedWalk = z.infer<typeof savedWalk>;

/** Both short: hypergradients shrink by orders of magnitude while a network learns. */
const beta = 0.9;
/** The largest change at once: its logarithm, unless a training has so few that it could not get far, or a share of the range. */
const leap = { fold: 0.25, wholeFold: 30, share: 0.1 };
/** What makes steps long: the learning rate, and how many of them momentum adds up. */
const paces = [rate, 'optimizer.momentum'];

/**
 * @param start values of the parameters
 * @param changes how many there will be
 * @param travel how far a coordinate may go in all of them
 * @param from where it goes on; default: from the start
 */
export function createWalk(
  parameters: readonly TunedParameter[],
  start: readonly number[],
  changes: number,
  travel: number,
  from?: SavedWalk,
): Walk {
  let phi = from?.phi ?? parameters.map(({ coordinate }, index) => toCoordinate(coordinate, start[index]!));
  const sizes = parameters.map(({ coordinate }) =>
    Math.min(travel / changes, Math.max(leap.fold, leap.wholeFold / changes) / reachOf(coordinate), leap.share),
  );
  let { stride, count, first, second } = from ?? {
    stride: 1,
    count: 0,
    first: phi.map(() => 0),
    second: phi.map(() => 0),
  };
  return {
    saved: () => ({ phi, stride, count, first, second }),
    get phi() {
      return phi;
    },
    follow(gradient) {
      count += 1;
      first = first.map((value, index) => beta * value + (1 - beta) * gradient[index]!);
      second = second.map((value, index) => beta * value + (1 - beta) * gradient[index]! ** 2);
      const unbiased = 1 - beta ** count;
      phi = phi.map((value, index) => {
        const scale = Math.sqrt(second[index]! / unbiased);
        return scale > 0 ? clip(value - (stride * sizes[index]! * first[index]!) / unbiased / scale) : value;
      });
    },
    cool(share) {
      phi = phi.map((value, index) => {
        const { hyper, coordinate } = parameters[index]!;
        return hyper.includes(rate) ? toCoordinate(coordinate, share * fromCoordinate(coordinate, value)) : value;
      });
    },
    retreat(to, attempts) {
      stride /= 2;
      count = 0;
      [first, second] = [phi.map(() => 0), phi.map(() => 0)];
      phi = to.map((value, index) => {
        const { hyper, coordinate } = parameters[index]!;
        const isPace = coordinate.scale !== 'linear' && hyper.some(name => paces.includes(name));
        return isPace ? clip(value - (attempts * Math.LN2) / reachOf(coordinate)) : value;
      });
    },
  };
}

/** Values by name, as they are now. */
export function valuesOf(parameters: readonly TunedParameter[], { phi }: Pick<Walk, 'phi'>): Record<string, number> {
  return Object.fromEntries(
    parameters.map(({ name, coordinate }, index) => [name, fromCoordinate(coordinate, phi[index]!)]),
  );
}

function clip(value: number): number {
  return Math.min(1, Math.max(0, value));
}
