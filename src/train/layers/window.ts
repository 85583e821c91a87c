/** The arithmetic that convolution and pooling share: a window that slides over [height, width, channels]. */
import { z } from 'zod';
import { TuneError } from '../../errors.ts';
import type { Shape } from './layer.ts';

export type Size = number | readonly [number, number];

/** A side length, or [height, width]. */
export function sizeKnob() {
  const side = z.int().min(1).max(1024);
  return z.union([side, z.tuple([side, side])]);
}

/** @param strides what they do */
export function convolutionKnobs(strides: string) {
  return {
    filters: z.int().min(1).max(8192).describe('number of output channels'),
    kernelSize: sizeKnob().default(3).describe('height and width of the kernel: 3 or [3, 5]'),
    strides: sizeKnob().default(1).describe(strides),
    padding: paddingKnob(),
  };
}

export function paddingKnob() {
  return z
    .enum(['valid', 'same'])
    .default('valid')
    .describe('"valid": only whole windows; "same": zeros around the border');
}

export function pair(size: Size): [number, number] {
  return typeof size === 'number' ? [size, size] : [...size];
}

export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: 'valid' | 'same';
}

/**
 * Shape after the window has slid over the input, with the channels unchanged.
 * @throws TuneError MODEL_INVALID when the input is no image or smaller than the window
 */
export function windowOutput(name: string, input: Shape, { size, strides, padding }: Window): [number, number, number] {
  const [height, width, channels] = imageShape(name, input);
  const slide = (length: number, axis: 0 | 1): number =>
    padding === 'same' ? Math.ceil(length / strides[axis]) : Math.floor((length - size[axis]) / strides[axis]) + 1;
  const output: [number, number, number] = [slide(height, 0), slide(width, 1), channels];
  if (output[0] < 1 || output[1] < 1)
    throw new TuneError('MODEL_INVALID', {
      message: `${name} with a ${size.join('x')} window got an input of ${height}x${width}`,
      expected: 'an input at least as large as the window',
      hint: 'use padding "same", a smaller window, or fewer pooling layers before it',
    });
  return output;
}

/**
 * [height, width, channels].
 * @throws TuneError MODEL_INVALID when the input is no image
 */
export function imageShape(name: string, input: Shape): [number, number, number] {
  const [height, width, channels] = input;
  if (height === undefined || width === undefined || channels === undefined || input.length !== 3)
    throw new TuneError('MODEL_INVALID', {
      message: `${name} got examples of shape [${input.join(', ')}]`,
      expected: 'three dimensions: [height, width, channels]',
    });
  return [height, width, channels];
}

/** Knobs of the pooling layers. */
export function poolKnobs() {
  return z.strictObject({
    poolSize: sizeKnob().default(2).describe('height and width of the window: 2 or [2, 3]'),
    strides: sizeKnob().optional().describe('step of the window; default: its size'),
    padding: paddingKnob(),
  });
}
