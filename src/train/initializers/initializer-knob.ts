/** The knob of layers that have a kernel, and the default for it. */
import { chooseOne, type Chosen } from '../../space/technique.ts';
import { initializers } from './index.ts';
import type { Initialize, Initializer } from './initializer.ts';

/** "heNormal"; default: by the activation that follows. */
export function initializerKnob() {
  return chooseOne('initializer', (): Record<string, Initializer> => initializers)
    .optional()
    .describe('first values of the kernel; default: heUniform before relu and its kin, else glorotUniform');
}

/** He initialization keeps the signal's variance through rectifiers, Glorot's through the rest. */
export function chooseInitializer(chosen: Chosen<Initializer> | undefined, activation: string): Initialize {
  if (chosen) return chosen.technique.create(chosen.knobs);
  const rectifies = ['relu', 'leakyRelu', 'prelu', 'elu', 'gelu', 'silu'].includes(activation);
  return rectifies ? initializers.heUniform.create({}) : initializers.glorotUniform.create({});
}
