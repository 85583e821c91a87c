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

export const rate = 'optimizer.learningRate';

/**
 * Values and slopes at the coordinates, as new tensors.
 * @param factor share of the learning rate that a schedule leaves
 */
export function tunedAt(
  parameters: readonly TunedParameter[],
  phi: readonly number[],
  factor: number,
): Record<'values' | 'slopes', Hyper> {
  const scalars = (valueOf: typeof fromCoordinate): Hyper =>
    scalarsOf(parameters, ({ coordinate }, index) => valueOf(coordinate, phi[index]!), factor);
  return { values: scalars(fromCoordinate), slopes: scalars(slopeAt) };
}

/** A number of each parameter for all hyperparameters that have its value, as new tensors. */
export function scalarsOf<P extends Pick<TunedParameter, 'hyper'>>(
  parameters: readonly P[],
  valueOf: (parameter: P, index: number) => number,
  factor: number,
): Hyper {
  return Object.fromEntries(
    parameters.flatMap((parameter, index) => {
      const value = valueOf(parameter, index);
      return parameter.hyper.map(name => [name, tf.scalar(name === rate ? value * factor : value)]);
    }),
  );
}

/**
 * What a parameter changes through its hyperparameters: the sum of their derivatives, by its coordinate.
 * @param derivativeOf undefined where there is none
 */
export function alongSlopes(
  { hyper }: TunedParameter,
  slopes: Hyper,
  derivativeOf: (name: string) => Tensor | undefined,
): Tensor | undefined {
  const parts = hyper.flatMap(name => {
    const derivative = derivativeOf(name);
    return derivative ? [tf.mul(derivative, slopes[name]!)] : [];
  });
  return parts.length > 0 ? tf.addN(parts) : undefined;
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
