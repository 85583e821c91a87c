/**
 * Maxout: the largest of `pieces` linear functions per unit, so an activation that is learned itself. The values of a
 * layer n wide become n / pieces: unit u is the largest of the values u, u + n / pieces, u + 2 n / pieces, ...
 */
import { z } from 'zod';
import { maxout as native } from '../../backend/native-ops/maxout.ts';
import { tf } from '../../backend/tf.ts';
import { TuneError } from '../../errors.ts';
import type { Shape } from '../layers/layer.ts';
import { sizeOf } from '../shape.ts';
import { activation } from './activation.ts';

export const maxOut = activation({
  name: 'maxOut',
  summary: 'largest of k linear pieces: a layer of width n becomes one of n / k',
  paper: 'https://arxiv.org/abs/1302.4389',
  shorthand: 'pieces',
  knobs: z.strictObject({ pieces: z.int().min(1).max(64).default(2).describe('linear functions per unit') }),
  output: ({ pieces }, input) => outputShape(pieces, input),
  apply: (x, { pieces }) => native(x, pieces),
  toKeras({ pieces }, input) {
    const output = outputShape(pieces, input);
    return [
      tf.layers.reshape({ targetShape: [(sizeOf(output) / output.at(-1)!) * pieces, output.at(-1)!] }),
      tf.layers.maxPooling1d({ poolSize: pieces, strides: pieces }),
      tf.layers.reshape({ targetShape: [...output] }),
    ];
  },
});

function outputShape(pieces: number, input: Shape): Shape {
  const width = input.at(-1)!;
  if (width % pieces === 0) return [...input.slice(0, -1), width / pieces];
  throw new TuneError('MODEL_INVALID', {
    message: `maxOut with ${pieces} pieces got a width of ${width}`,
    expected: `a multiple of ${pieces}`,
  });
}
