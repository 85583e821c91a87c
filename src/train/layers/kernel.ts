/** What layers with a kernel share: its first values, its own weight decay, a bias and the activation after them. */
import { z } from 'zod';
import { biasAdd } from '../../backend/native-ops/bias-add.ts';
import type { Tensor } from '../../backend/tf.ts';
import type { Chosen } from '../../space/technique.ts';
import { activationKnob } from '../activations/activation-knob.ts';
import type { Activation } from '../activations/activation.ts';
import { chooseInitializer, initializerKnob } from '../initializers/initializer-knob.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { zeros } from '../initializers/zeros.ts';
import type { Applied, LayerPlan, Place, Shape, WeightSpec } from './layer.ts';

const coefficient = (of: string) =>
  z.number().min(0).max(10).optional().describe(`weight decay of this layer by ${of}, in place of that of "train"`);

export function kernelKnobs() {
  return {
    activation: activationKnob(),
    kernelInitializer: initializerKnob(),
    useBias: z.boolean().default(true).describe('add a learned offset per unit or filter'),
    l1: coefficient('absolute weights'),
    l2: coefficient('squared weights'),
  };
}

/** Knobs of a kernel that are inputs of the graph. */
export const kernelCoefficients = ['l1', 'l2'] as const;

interface KernelKnobs {
  readonly activation: Chosen<Activation>;
  readonly kernelInitializer?: Chosen<Initializer> | undefined;
  readonly useBias: boolean;
  readonly l1?: number | undefined;
  readonly l2?: number | undefined;
}

/**
 * Weights and hyperparameters of a layer with one kernel.
 * @param bias length of the bias
 */
export function kernelWeights(
  knobs: KernelKnobs,
  shape: Shape,
  bias: number,
  { followedBy }: Place,
): Pick<LayerPlan, 'weights' | 'statistics' | 'hyper'> {
  const weights = [kernelSpec('kernel', knobs, shape, followedBy), ...biasSpecs(knobs, bias)];
  return { weights, statistics: [], hyper: coefficientsOf(knobs) };
}

/** @param followedBy activation after the layer, which counts where it has none of its own */
export function kernelSpec(
  name: string,
  knobs: Omit<KernelKnobs, 'useBias'>,
  shape: Shape,
  followedBy: string,
): WeightSpec {
  const { technique } = knobs.activation;
  const initialize = chooseInitializer(
    knobs.kernelInitializer,
    technique.name === 'linear' ? followedBy : technique.name,
  );
  const penalties = Object.fromEntries(Object.keys(coefficientsOf(knobs)).map(kind => [kind, kind]));
  return { name, shape, initialize, decays: true, penalties };
}

/** The bias, where there is one. */
export function biasSpecs({ useBias }: Pick<KernelKnobs, 'useBias'>, length: number): readonly WeightSpec[] {
  return useBias ? [{ name: 'bias', shape: [length], initialize: zeros.create({}), decays: false }] : [];
}

export function withBias(product: Tensor, bias: Tensor | undefined): Applied {
  return { output: bias ? biasAdd(product, bias) : product, statistics: [] };
}

export function coefficientsOf(knobs: Pick<KernelKnobs, 'l1' | 'l2'>): Record<string, number> {
  const given = kernelCoefficients.map(name => [name, knobs[name]] as const);
  return Object.fromEntries(
    given.filter((entry): entry is readonly [(typeof entry)[0], number] => entry[1] !== undefined),
  );
}
