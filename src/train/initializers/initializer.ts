/** What an initializer is: first values of a weight, drawn from the trial's own randomness. */
import type { Technique } from '../../space/technique.ts';
import type { Rng } from '../../study/rng.ts';
import { sizeOf } from '../shape.ts';

export type Initialize = (shape: readonly number[], rng: Rng) => Float32Array;

export interface Initializer<Knobs = any> extends Technique<Knobs> {
  create(knobs: Knobs): Initialize;
}

/** Checks a definition's types; the identity at run time. */
export function initializer<Knobs>(definition: Initializer<Knobs>): Initializer<Knobs> {
  return definition;
}

/** Inputs and outputs of one unit: of a dense kernel [in, out] or a convolution kernel [height, width, in, out]. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * (shape.at(-2) ?? 1), fanOut: window * (shape.at(-1) ?? 1) };
}

/** Uniform on [-limit, limit). */
export function drawUniform(shape: readonly number[], rng: Rng, limit: number): Float32Array {
  return filled(shape, () => limit * (2 * rng.uniform() - 1));
}

/** Normal, redrawn beyond two standard deviations; scaled so that `deviation` is the one after the cut (as in Keras). */
export function drawNormal(shape: readonly number[], rng: Rng, deviation: number): Float32Array {
  const beforeCut = deviation / 0.87962566103423978;
  return filled(shape, () => {
    let value = rng.normal();
    while (Math.abs(value) > 2) value = rng.normal();
    return beforeCut * value;
  });
}

function filled(shape: readonly number[], draw: () => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, draw);
}
