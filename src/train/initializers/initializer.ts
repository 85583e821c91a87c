/** What an initializer is: first values of a weight, drawn from the trial's own randomness. */
import { z } from 'zod';
import { untunable, type Technique } from '../../space/technique.ts';
import type { Rng } from '../../study/rng.ts';
import { sizeOf } from '../shape.ts';

export type Initialize = (shape: readonly number[], rng: Rng) => Float32Array;

export interface Initializer<Knobs = any> extends Technique<Knobs> {
  create(knobs: Knobs): Initialize;
}

/** Checks a definition's types. Weights forget how they began in jumps, not along a gradient worth following. */
export function initializer<Knobs>(definition: Initializer<Knobs>): Initializer<Knobs> {
  return {
    ...definition,
    untunable: untunable(definition.continuous ?? [], 'only the first weights depend on it') as never,
  };
}

/** A number around which values are drawn. */
export function placeKnob(standard: number, name: string) {
  return z.number().min(-1e6).max(1e6).default(standard).describe(name);
}

export function spreadKnob(name: string) {
  return z.number().positive().max(1e6).default(0.05).describe(name);
}

/**
 * Inputs and outputs of one unit: of a dense kernel [in, out], or of a convolution kernel [height, width, in, out] or
 * [height, width, in, multiplier]. As in Keras, for depthwise kernels too.
 */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const window = sizeOf(shape.slice(0, -2));
  const outputs = shape.at(-1) ?? 1;
  return { fanIn: window * (shape.at(-2) ?? outputs), fanOut: window * outputs };
}

/** Uniform on [-limit, limit). */
export function drawUniform(shape: readonly number[], rng: Rng, limit: number): Float32Array {
  return draw(shape, () => limit * (2 * rng.uniform() - 1));
}

/** Normal without its tails, scaled so that `deviation` is the one after the cut (as in Keras). */
export function drawNormal(shape: readonly number[], rng: Rng, deviation: number): Float32Array {
  const beforeCut = deviation / 0.87962566103423978;
  return draw(shape, () => beforeCut * truncated(rng));
}

/** Standard normal, redrawn beyond 2. */
export function truncated(rng: Rng): number {
  let value = rng.normal();
  while (Math.abs(value) > 2) value = rng.normal();
  return value;
}

export function draw(shape: readonly number[], value: () => number): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, value);
}
