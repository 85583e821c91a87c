/** Distance from the vector of the right class: 1 - cosine similarity. Lampert et al. 2009; for "zeroShot". */
import { z } from 'zod';
import { tf } from '../../backend/tf.ts';
import { oneHot } from './knobs.ts';
import { loss } from './loss.ts';

export const classVector = loss({
  name: 'classVector',
  summary: "1 - cosine similarity with the right class's vector; the one loss for `data.zeroShot`",
  paper: 'https://doi.org/10.1109/CVPR.2009.5206594',
  knobs: z.strictObject({}),
  task: 'classification',
  perExample: (similarities, classes) => tf.sub(1, tf.sum(tf.mul(similarities, oneHot(similarities, classes)), -1)),
});
