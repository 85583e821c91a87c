/** The "after" section of space.json: what is done with the best model once it is found. */
import { z } from 'zod';
import { chooseOne } from '../../space/technique.ts';
import type { Compression } from '../compress/compression.ts';
import { compressions } from '../compress/index.ts';

export const afterSection = z.strictObject({
  savedModel: z
    .boolean()
    .default(false)
    .describe('save it as a TensorFlow SavedModel too, for Python, Java, C++ and TensorFlow Serving'),
  ensemble: z
    .int()
    .min(2)
    .max(20)
    .optional()
    .describe(
      'average the predictions of the best trials, this many, as one model more (https://doi.org/10.1109/34.58871)',
    ),
  compress: z
    .array(chooseOne('compression', (): Record<string, Compression> => compressions))
    .default([])
    .describe('make it smaller, step by step: size, score and speed after each are in the report'),
  sizeCurve: z
    .boolean()
    .default(false)
    .describe(
      'train it on 1/8, 1/4 and 1/2 of the training examples too, and say what twice the data would bring (https://arxiv.org/abs/1712.00409)',
    ),
  replay: z
    .boolean()
    .default(false)
    .describe(
      'train the best configuration once more, on training and tuning examples together, with the values as the gradient has moved them',
    ),
});

export type AfterSection = z.infer<typeof afterSection>;
