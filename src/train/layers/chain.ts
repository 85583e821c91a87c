/** Plans one after the other, as one plan. */
import { tf, type Tensor } from '../../backend/tf.ts';
import type { LayerPlan, NamedPlan, Shape, Tensors, WeightSpec } from './layer.ts';

/**
 * @param parts a part without a name keeps the names of its tensors
 * @param input shape of the first part's input: the output where there are no parts
 */
export function chain(parts: readonly NamedPlan[], input: Shape): LayerPlan {
  const prefixed = (pick: (plan: LayerPlan) => readonly WeightSpec[]): WeightSpec[] =>
    parts.flatMap(({ name, plan }) => pick(plan).map(spec => within(name, spec)));
  return {
    output: parts.at(-1)?.plan.output ?? input,
    weights: prefixed(plan => plan.weights),
    statistics: prefixed(plan => plan.statistics),
    hyper: Object.fromEntries(
      parts.flatMap(({ name, plan }) =>
        Object.entries(plan.hyper).map(([knob, value]) => [prefix(name) + knob, value] as const),
      ),
    ),
    flops: parts.reduce((sum, { plan }) => sum + plan.flops, 0),
    parts,
    apply(x, pass) {
      const deal = dealer(pass);
      const statistics: Tensor[] = [];
      const penalties: Tensor[] = [];
      const output = parts.reduce((tensor, part) => {
        const applied = part.plan.apply(tensor, {
          ...pass,
          ...deal(part),
          hyper: scoped(pass.hyper, prefix(part.name)),
        });
        statistics.push(...applied.statistics);
        if (applied.penalty) penalties.push(applied.penalty);
        return applied.output;
      }, x);
      return { output, statistics, ...(penalties.length > 0 && { penalty: tf.addN(penalties) }) };
    },
    toKeras(x, tensors) {
      const deal = dealer(tensors);
      return parts.reduce((symbol, part) => part.plan.toKeras(symbol, deal(part)), x);
    },
  };
}

/** Hands each part its own tensors, in the order of the parts. */
function dealer(all: Tensors): (part: NamedPlan) => Tensors {
  let [weightsBefore, statisticsBefore] = [0, 0];
  const known = new Map<string, readonly Tensor[]>();
  return ({ name, plan }) => {
    const weights = all.weights.slice(weightsBefore, (weightsBefore += plan.weights.length));
    const statistics = all.statistics.slice(statisticsBefore, (statisticsBefore += plan.statistics.length));
    known.set(name, weights);
    return { weights, statistics, earlier: wanted => known.get(wanted) ?? all.earlier(wanted) };
  };
}

function prefix(name: string): string {
  return name === '' ? '' : `${name}.`;
}

function within(name: string, { penalties, ...spec }: WeightSpec): WeightSpec {
  const own = Object.entries(penalties ?? {}).map(([kind, knob]) => [kind, prefix(name) + knob]);
  return { ...spec, name: prefix(name) + spec.name, ...(penalties && { penalties: Object.fromEntries(own) }) };
}

/** What belongs to the names that start so, under the rest of their names. */
export function scoped<T>(record: Readonly<Record<string, T>>, start: string): Record<string, T> {
  const own = Object.entries(record).filter(([name]) => name.startsWith(start));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(start.length), value]));
}
