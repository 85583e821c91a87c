/**
 * The gradient of each weight by itself: g <- g limit / max(|g|, limit). Pascanu et al. 2013,
 * https://arxiv.org/abs/1211.5063. Keras: clipnorm.
 */
import { z } from 'zod';
import { pack, unpack } from '../../backend/graph/packed.ts';
import { clipping, limitKnob } from './clipping.ts';
import { scaledDown } from './global-norm.ts';

export const norm = clipping({
  name: 'norm',
  summary: 'the gradient of a kernel or bias whose L2 norm is above the limit is scaled down to it',
  paper: 'https://arxiv.org/abs/1211.5063',
  shorthand: 'limit',
  knobs: z.strictObject({ limit: limitKnob('largest norm') }),
  continuous: ['limit'],
  clip: (gradient, { limit }, parts) => pack(unpack(gradient, parts).map(part => scaledDown(part, limit!))),
});
