/** Activation functions as plans, and layers that end in one. */
import type { Chosen } from '../../space/technique.ts';
import type { Activation } from '../activations/activation.ts';
import { chain } from './chain.ts';
import { applyKeras, type LayerPlan, type Shape } from './layer.ts';

export function activationPlan({ technique, knobs }: Chosen<Activation>, input: Shape): LayerPlan {
  return {
    output: technique.output?.(knobs, input) ?? input,
    weights: technique.weights?.(knobs, input) ?? [],
    statistics: [],
    hyper: {},
    flops: 0,
    apply(x, { weights, watch }) {
      const output = technique.apply(x, knobs, weights);
      watch?.(output);
      return { output, statistics: [] };
    },
    toKeras: (symbol, { weights }) =>
      technique
        .toKeras(knobs, input)
        .reduce((x, layer, index) => applyKeras(layer, x, index === 0 ? weights : []), symbol),
  };
}

/** A layer and its activation, as one plan. */
export function activated(plan: LayerPlan, chosen: Chosen<Activation>): LayerPlan {
  if (chosen.technique.name === 'linear') return plan;
  const {
    parts: _,
    withParts: __,
    ...whole
  } = chain(
    [
      { name: '', plan },
      { name: chosen.technique.name, plan: activationPlan(chosen, plan.output) },
    ],
    plan.output,
  );
  return whole;
}
