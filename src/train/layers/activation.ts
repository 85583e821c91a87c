/** An activation function as a layer of its own. Keras: Activation. */
import { z } from 'zod';
import { activationKnob } from '../activations/activation-knob.ts';
import { layer } from './layer.ts';

export const activation = layer({
  name: 'activation',
  summary: 'an activation function as a layer',
  shorthand: 'function',
  knobs: z.strictObject({ function: activationKnob() }),
  plan: ({ function: { technique, knobs } }, input) => ({
    output: input,
    weights: [],
    statistics: [],
    hyper: {},
    apply: x => ({ output: technique.apply(x, knobs), statistics: [] }),
    toKeras: () => technique.toKeras(knobs).map(layer => ({ layer, tensors: [] })),
  }),
});
