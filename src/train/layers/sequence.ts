/** Layers one after the other, as one plan. A whole model is a sequence; so is a stack inside it. */
import { TuneError } from '../../errors.ts';
import type { Chosen } from '../../space/technique.ts';
import { chain } from './chain.ts';
import { nowhere, type Layer, type LayerPlan, type NamedPlan, type Place, type Shape } from './layer.ts';

/** @throws TuneError MODEL_INVALID naming the layer that does not fit */
export function sequence(chosen: readonly Chosen<Layer>[], input: Shape, place: Place = nowhere): LayerPlan {
  const parts: NamedPlan[] = [];
  const earlier = new Map(place.earlier);
  let shape = input;
  chosen.forEach(({ technique, knobs }, index) => {
    const followedBy = nextActivation(chosen.slice(index + 1)) ?? place.followedBy;
    try {
      const plan = technique.plan(knobs, shape, { followedBy, earlier });
      const name = nameOf(technique, knobs, index, parts);
      parts.push({ name, kind: technique.name, plan });
      earlier.set(name, plan);
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
  return chain(parts, input);
}

/** A name that is given; where a stack repeats it, the number tells the layers apart. */
function nameOf(
  { name }: Layer,
  knobs: { readonly name?: string },
  index: number,
  before: readonly NamedPlan[],
): string {
  const given = knobs.name;
  if (given !== undefined && before.every(part => part.name !== given)) return given;
  return `${index}.${given ?? name}`;
}

/** Name of the activation that the given layers apply first; layers that keep the sign of their input are looked through. */
function nextActivation(following: readonly Chosen<Layer>[]): string | undefined {
  const next = following.find(({ technique }) => !technique.keepsSign);
  return next?.technique.name === 'activation' ? next.knobs.function.technique.name : undefined;
}
