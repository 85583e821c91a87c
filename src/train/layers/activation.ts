/** An activation function as a layer of its own. Keras: Activation. */
import { z } from 'zod';
import { activationKnob } from '../activations/activation-knob.ts';
import { activationPlan } from './activated.ts';
import { layer } from './layer.ts';

export const activation = layer({
  name: 'activation',
  summary: 'an activation function as a layer',
  shorthand: 'function',
  knobs: z.strictObject({ function: activationKnob() }),
  plan: ({ function: chosen }, input) => activationPlan(chosen, input),
});
