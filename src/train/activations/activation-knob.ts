/** The knob of layers that end in an activation function. */
import { chooseOne } from '../../space/technique.ts';
import type { Activation } from './activation.ts';
import { activations } from './index.ts';

/** "relu", { "leakyRelu": 0.1 }; default "linear". */
export function activationKnob() {
  return chooseOne('activation', (): Record<string, Activation> => activations)
    .prefault('linear')
    .describe('function applied to the output');
}
