/** Layers that training leaves as they are: their weights become statistics that nothing moves. */
import type { LayerPlan, Tensors } from './layer.ts';
import { matchesLayer } from './matches-layer.ts';

/** The plan with every layer frozen that one of the patterns names. */
export function freeze(plan: LayerPlan, patterns: readonly string[], path = ''): LayerPlan {
  if (!plan.parts || !plan.withParts || patterns.length === 0) return plan;
  const parts = plan.parts.map(({ name, plan: part }) => {
    const full = path + name;
    const isFrozen = patterns.some(pattern => matchesLayer(pattern, full));
    return { name, plan: isFrozen ? frozen(part) : freeze(part, patterns, `${full}.`) };
  });
  return plan.withParts(parts);
}

/** Runs as at inference: moving averages stand still, and nothing is dropped. */
function frozen(plan: LayerPlan): LayerPlan {
  const own = plan.weights.length;
  if (own + plan.statistics.length === 0) return plan;
  const thawed = <T extends Tensors>(tensors: T): T => ({
    ...tensors,
    weights: tensors.statistics.slice(0, own),
    statistics: tensors.statistics.slice(own),
  });
  const { parts: _, withParts: __, ...whole } = plan;
  return {
    ...whole,
    weights: [],
    statistics: [...plan.weights, ...plan.statistics],
    apply: (x, pass) => ({
      output: plan.apply(x, { ...thawed(pass), training: false }).output,
      statistics: pass.statistics,
    }),
    toKeras: (x, tensors) => plan.toKeras(x, thawed(tensors)),
  };
}
