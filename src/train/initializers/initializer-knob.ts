/** The knob of layers that have a kernel, and the default for it. */
import { chooseOne, type Chosen } from '../../space/technique.ts';
import { initializers } from './index.ts';
import type { Initialize, Initializer } from './initializer.ts';

/** "heNormal"; default: by the activation that follows. */
export function initializerKnob() {
  return chooseOne('initializer', (): Record<string, Initializer> => initializers)
    .optional()
    .describe(
      'first values of the kernel; default: heUniform before relu and its kin, lecunNormal before selu, else glorotUniform',
    );
}

/** He initialization keeps the signal's variance through rectifiers, LeCun's through selu, Glorot's through the rest. */
export function chooseInitializer(chosen: Chosen<Initializer> | undefined, activation: string): Initialize {
  if (chosen) return chosen.technique.create(chosen.knobs);
  if (activation === 'selu') return initializers.lecunNormal.create({});
  return rectifiers.includes(activation) ? initializers.heUniform.create({}) : initializers.glorotUniform.create({});
}

const rectifiers: readonly string[] = ['relu', 'leakyRelu', 'prelu', 'elu', 'gelu', 'silu'];
