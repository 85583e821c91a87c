/** The values of tuned hyperparameters as inputs of a compiled step, and how they change with their coordinates. */
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Hyper } from '../step.ts';
import { fromCoordinate, slopeAt } from './coordinate.ts';
import type { TunedParameter } from './tuning.ts';

export interface TunedHyper {
  /** All hyperparameters with their values. */
  readonly hyper: Hyper;
  /** Derivatives of the tuned ones by their coordinates. */
  readonly slopes: Hyper;
}

type Parameters = readonly TunedParameter[];

export const rate = 'optimizer.learningRate';

/**
 * Values and slopes at the coordinates, as new tensors.
 * @param factor share of the learning rate that a schedule leaves
 */
export function tunedAt(
  parameters: Parameters,
  phi: readonly number[],
  factor: number,
): Record<'values' | 'slopes', Hyper> {
  const scalars = (valueOf: typeof fromCoordinate): Hyper =>
    Object.fromEntries(
      parameters.flatMap(({ hyper, coordinate }, index) =>
        hyper.map(name => [name, tf.scalar(valueOf(coordinate, phi[index]!) * (name === rate ? factor : 1))]),
      ),
    );
  return { values: scalars(fromCoordinate), slopes: scalars(slopeAt) };
}

/** Hyperparameters a little further along one parameter's coordinate. */
export function moved({ hyper, slopes }: TunedHyper, { hyper: names }: TunedParameter, by: Tensor | number): Hyper {
  const further = names.map(name => [name, tf.add(hyper[name]!, tf.mul(slopes[name]!, by))] as const);
  return { ...hyper, ...Object.fromEntries(further) };
}

/** Hyperparameters that act on the weights behind the gradient's back; all others change the gradient. */
export function isOfUpdate(name: string): boolean {
  return /^(optimizer\.|learningRates\.|weightDecay$|constraint\.)/.test(name);
}

/** Whether the parameter has a part in the loss, so that the gradient changes with it. */
export function isInLoss({ hyper }: TunedParameter): boolean {
  return !hyper.every(isOfUpdate);
}
