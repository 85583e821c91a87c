/** What the augmentations of images share: which data they take, and pixels that come from elsewhere in their image. */
import { z } from 'zod';
import { projectImages, type FillMode } from '../../backend/native-ops/project-images.ts';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { Augmentation } from './augmentation.ts';

export const imagesAlone: NonNullable<Augmentation['refuses']> = ({ shape }) =>
  shape.length === 3
    ? undefined
    : {
        message: `it changes images, and an example has the shape [${shape.join(', ')}]`,
        expected: 'examples of the shape [height, width, channels]',
      };

export const fillModeKnob = z
  .enum(['reflect', 'nearest', 'constant', 'wrap'])
  .default('reflect')
  .describe('what comes in from outside: the mirror image, the nearest pixel, the mean (0) or the opposite side');

/** A number for each image, evenly distributed from -amount to amount. */
export function upTo(amount: Tensor, images: Tensor, uniform: (shape: readonly number[]) => Tensor): Tensor {
  return tf.mul(amount, tf.sub(tf.mul(uniform([images.shape[0]!]), 2), 1));
}

type Entry = Tensor | number;

/** [[a, b, c], [d, e, f]]: the pixel (x, y) comes from (a x + b y + c, d x + e y + f). One tensor entry for each image. */
export type Affine = readonly [readonly [Entry, Entry, Entry], readonly [Entry, Entry, Entry]];

/** Keras: keras.ops.image.affine_transform. */
export function moved(images: Tensor, [x, y]: Affine, fillMode: FillMode): Tensor {
  const each = tf.ones([images.shape[0]!]);
  const columns = [...x, ...y, 0, 0].map(entry => tf.mul(entry, each));
  return projectImages(images, tf.stack(columns, 1), fillMode);
}

/** The matrix [[a, b], [d, e]] applied around the centre, which stays where it is. */
export function turned(
  images: Tensor,
  [[a, b], [d, e]]: readonly [readonly [Tensor, Tensor], readonly [Tensor, Tensor]],
  fillMode: FillMode,
): Tensor {
  const [, height, width] = images.shape as [number, number, number];
  const [x, y] = [(width - 1) / 2, (height - 1) / 2];
  const offset = (centre: number, ofX: Tensor, ofY: Tensor): Tensor =>
    tf.sub(centre, tf.add(tf.mul(ofX, x), tf.mul(ofY, y)));
  const transform: Affine = [
    [a, b, offset(x, a, b)],
    [d, e, offset(y, d, e)],
  ];
  return moved(images, transform, fillMode);
}
