/** Plans that are made of plans: one after the other, or as a flow says. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { tf, type Tensor } from '../../backend/tf.ts';
import type { LayerPlan, NamedPlan, Pass, Shape, Tensors, WeightSpec } from './layer.ts';

/**
 * @param parts a part without a name keeps the names of its tensors
 * @param input shape of the first part's input: the output where there are no parts
 */
export function chain(parts: readonly NamedPlan[], input: Shape): LayerPlan {
  return composed(parts, parts.at(-1)?.plan.output ?? input, through);
}

type Step<T> = (x: T) => T;

/** The way through the parts, for tensors as for symbols of tfjs's layers: each once, in their order. */
export type Flow = <T>(x: T, parts: readonly Step<T>[], add: (a: T, b: T) => T) => T;

/** From each part to the next. */
export function through<T>(x: T, parts: readonly Step<T>[]): T {
  return parts.reduce((value, part) => part(value), x);
}

export function composed(parts: readonly NamedPlan[], output: Shape, flow: Flow): LayerPlan {
  const prefixed = (pick: (plan: LayerPlan) => readonly WeightSpec[]): WeightSpec[] =>
    parts.flatMap(({ name, plan }) => pick(plan).map(spec => within(name, spec)));
  return {
    output,
    weights: prefixed(plan => plan.weights),
    statistics: prefixed(plan => plan.statistics),
    hyper: Object.fromEntries(
      parts.flatMap(({ name, plan }) =>
        Object.entries(plan.hyper).map(([knob, value]) => [prefix(name) + knob, value] as const),
      ),
    ),
    flops: parts.reduce((sum, { plan }) => sum + plan.flops, 0),
    parts,
    withParts: others => composed(others, output, flow),
    apply(x, pass) {
      const deal = dealer(pass);
      const statistics: Tensor[] = [];
      const penalties: Tensor[] = [];
      const run = (part: NamedPlan) => (tensor: Tensor) => {
        const own: Pass = { ...pass, ...deal(part), hyper: scoped(pass.hyper, prefix(part.name)) };
        const applied = part.plan.apply(tensor, own);
        statistics.push(...applied.statistics);
        if (applied.penalty) penalties.push(applied.penalty);
        return applied.output;
      };
      const result = flow<Tensor>(x, parts.map(run), tf.add);
      return { output: result, statistics, ...(penalties.length > 0 && { penalty: tf.addN(penalties) }) };
    },
    toKeras(x, tensors) {
      const deal = dealer(tensors);
      const run = (part: NamedPlan) => (symbol: Symbolic) => part.plan.toKeras(symbol, deal(part));
      return flow<Symbolic>(x, parts.map(run), (a, b) => tf.layers.add().apply([a, b]) as Symbolic);
    },
  };
}

type Symbolic = TensorFlow.SymbolicTensor;

/** Hands each part its own tensors, in the order of the parts. */
function dealer(all: Tensors): (part: NamedPlan) => Tensors {
  let [weightsBefore, statisticsBefore] = [0, 0];
  const known = new Map<string, readonly Tensor[]>();
  return ({ name, plan }) => {
    const weights = all.weights.slice(weightsBefore, (weightsBefore += plan.weights.length));
    const statistics = all.statistics.slice(statisticsBefore, (statisticsBefore += plan.statistics.length));
    // Frozen weights are statistics.
    known.set(name, [...weights, ...statistics]);
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
