/** The same layers several times over, each time with weights of their own: depth as a parameter. */
import { z } from 'zod';
import { chooseOne } from '../../space/technique.ts';
import { layers } from './index.ts';
import { layer, type Layer } from './layer.ts';
import { sequence } from './sequence.ts';

export const stack: Layer = layer({
  name: 'stack',
  summary: 'repeats its layers with separate weights: depth as a parameter',
  knobs: z.strictObject({
    times: z.int().min(0).max(100).describe('how many times'),
    layers: z.array(chooseOne('layer', () => layers)).describe('the layers to repeat'),
  }),
  plan: ({ times, layers: block }, input, place) =>
    sequence(Array.from({ length: times }, () => block).flat(), input, place),
});
