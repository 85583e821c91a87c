/** Layers one after the other, as one plan. A whole model is a sequence; so is a stack inside it. */
import { TuneError } from '../../errors.ts';
import type { Chosen } from '../../space/technique.ts';
import type { Tensor } from '../../backend/tf.ts';
import type { Layer, LayerPlan, Pass, Shape, WeightSpec } from './layer.ts';

/**
 * @param followedBy name of the activation after the last layer
 * @throws TuneError MODEL_INVALID naming the layer that does not fit
 */
export function sequence(chosen: readonly Chosen<Layer>[], input: Shape, followedBy = 'linear'): LayerPlan {
  const parts: { name: string; plan: LayerPlan }[] = [];
  let shape = input;
  chosen.forEach(({ technique, knobs }, index) => {
    const name = `${index}.${technique.name}`;
    try {
      const plan = technique.plan(knobs, shape, nextActivation(chosen.slice(index + 1)) ?? followedBy);
      parts.push({ name, plan });
      shape = plan.output;
    } catch (error) {
      if (!(error instanceof TuneError)) throw error;
      const problems = error.problems.map(problem => ({
        ...problem,
        path: ['model', 'layers', index],
        message: `layer ${index + 1}: ${problem.message}`,
      }));
      throw new TuneError(error.code, problems);
    }
  });
  const prefixed = (pick: (plan: LayerPlan) => readonly WeightSpec[]): WeightSpec[] =>
    parts.flatMap(({ name, plan }) => pick(plan).map(spec => ({ ...spec, name: `${name}.${spec.name}` })));
  const weights = prefixed(plan => plan.weights);
  return {
    output: shape,
    weights,
    statistics: prefixed(plan => plan.statistics),
    hyper: Object.fromEntries(
      parts.flatMap(({ name, plan }) => Object.entries(plan.hyper).map(([knob, value]) => [`${name}.${knob}`, value])),
    ),
    apply(x, pass) {
      const weightsOf = dealer(pass.weights);
      const statisticsOf = dealer(pass.statistics);
      const statistics: Tensor[] = [];
      const output = parts.reduce((tensor, { name, plan }) => {
        const applied = plan.apply(tensor, {
          ...pass,
          weights: weightsOf(plan.weights.length),
          statistics: statisticsOf(plan.statistics.length),
          hyper: scoped(pass.hyper, `${name}.`),
        });
        statistics.push(...applied.statistics);
        return applied.output;
      }, x);
      return { output, statistics };
    },
    toKeras() {
      let weightsBefore = 0;
      let statisticsBefore = weights.length;
      return parts.flatMap(({ plan }) => {
        const own = plan.weights.length;
        const [firstWeight, firstStatistic] = [weightsBefore, statisticsBefore];
        weightsBefore += own;
        statisticsBefore += plan.statistics.length;
        const place = (index: number): number => (index < own ? firstWeight + index : firstStatistic + index - own);
        return plan.toKeras().map(({ layer, tensors }) => ({ layer, tensors: tensors.map(place) }));
      });
    },
  };
}

/** Name of the activation that the given layers apply first; layers that keep the sign of their input are looked through. */
function nextActivation(following: readonly Chosen<Layer>[]): string | undefined {
  const transparent = ['batchNorm', 'dropout', 'maxPool', 'averagePool', 'flatten'];
  const next = following.find(({ technique }) => !transparent.includes(technique.name));
  return next?.technique.name === 'activation' ? next.knobs.function.technique.name : undefined;
}

/** Hands out consecutive runs of an array. */
function dealer<T>(items: readonly T[]): (count: number) => readonly T[] {
  let next = 0;
  return count => items.slice(next, (next += count));
}

function scoped(hyper: Pass['hyper'], prefix: string): Record<string, Tensor> {
  const own = Object.entries(hyper).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}
