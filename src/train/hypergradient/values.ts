/** The values of tuned hyperparameters inside a compiled step, from the vector of their coordinates. */
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Hyper } from '../step.ts';
import { endsOf, type Coordinate } from './coordinate.ts';
import type { TunedParameter } from './tuning.ts';

/** A step's hyperparameters and where they are tuned. */
export interface TunedHyper {
  readonly hyper: Hyper;
  /** [parameters] coordinates. */
  readonly phi: Tensor;
  /** Share of the learning rate that a schedule leaves in this epoch. */
  readonly factor: Tensor;
}

type Parameters = readonly TunedParameter[];

/** Every hyperparameter with the value that its coordinate gives it. */
export function hyperAt(parameters: Parameters, { hyper, phi, factor }: TunedHyper): Hyper {
  const tuned = parameters.flatMap(({ hyper: names, coordinate }, index) => {
    const value = valueAt(coordinate, at(phi, index));
    return names.map(name => [name, scaled(name, value, factor)] as const);
  });
  return { ...hyper, ...Object.fromEntries(tuned) };
}

/** Derivatives of the values that one parameter gives, by its coordinate. */
export function slopesAt(parameters: Parameters, { phi, factor }: TunedHyper, index: number): Hyper {
  const { hyper: names, coordinate } = parameters[index]!;
  const slope = slopeAt(coordinate, at(phi, index));
  return Object.fromEntries(names.map(name => [name, scaled(name, slope, factor)]));
}

/** The coordinates with one of them moved. */
export function moved(phi: Tensor, index: number, by: Tensor): Tensor {
  return tf.add(
    phi,
    tf.mul(tf.oneHot(tf.tensor1d([index], 'int32'), phi.shape[0]!, 1, 0, 'float32').reshape([-1]), by),
  );
}

/** Hyperparameters that act on the weights behind the gradient's back; all others change the gradient. */
export function isOfUpdate(name: string): boolean {
  return /^(optimizer\.|learningRates\.|weightDecay$|constraint\.)/.test(name);
}

function at(vector: Tensor, index: number): Tensor {
  return tf.reshape(tf.slice(vector, index, 1), []);
}

function scaled(name: string, value: Tensor, factor: Tensor): Tensor {
  return name === 'optimizer.learningRate' ? tf.mul(value, factor) : value;
}

function valueAt(coordinate: Coordinate, phi: Tensor): Tensor {
  const { from, to } = endsOf(coordinate);
  const position = tf.add(from, tf.mul(phi, to - from));
  if (coordinate.scale === 'linear') return position;
  return coordinate.scale === 'log' ? tf.exp(position) : tf.sub(1, tf.exp(position));
}

function slopeAt(coordinate: Coordinate, phi: Tensor): Tensor {
  const { from, to } = endsOf(coordinate);
  if (coordinate.scale === 'linear') return tf.scalar(to - from);
  const left = tf.mul(tf.exp(tf.add(from, tf.mul(phi, to - from))), to - from);
  return coordinate.scale === 'log' ? left : tf.neg(left);
}
