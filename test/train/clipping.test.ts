/** Gradients at the edges of clipping; whole trainings against Keras are in keras.test.ts. */
import { beforeAll, expect, it } from 'vitest';
import { loadBackend } from '../../src/backend/load.ts';
import { tf } from '../../src/backend/tf.ts';
import { clippings } from '../../src/train/clipping/index.ts';

beforeAll(() => loadBackend());

it.each<[keyof typeof clippings, number, number[], number[]]>([
  ['value', 2, [3, -4, 1, 0], [2, -2, 1, 0]],
  ['value', 5, [3, -4], [3, -4]],
  ['globalNorm', 2.5, [3, -4], [1.5, -2]],
  ['globalNorm', 5, [3, -4], [3, -4]],
  ['globalNorm', 6, [3, -4], [3, -4]],
  ['globalNorm', 1, [0, 0], [0, 0]],
  ['globalNorm', 1, [NaN, 0], [NaN, NaN]],
  ['norm', 2.5, [3, -4, 3], [1.5, -2, 2.5]],
  ['norm', 5, [3, -4, 0], [3, -4, 0]],
  ['norm', 1, [0, 0, -7], [0, 0, -1]],
])('%s %d of %j is %j', (name, limit, gradient, clipped) => {
  // Of two weights.
  const parts = [{ shape: [2, 1] }, { shape: [gradient.length - 2] }];
  const result = clippings[name].clip(tf.tensor1d(gradient), { limit: tf.scalar(limit) }, parts);
  expect([...result.dataSync()]).toEqual(clipped);
});
