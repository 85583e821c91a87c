/**
 * Transfer: a network starts from the weights of another one. Layers meet by name, else by their order and shapes; the
 * output layer starts anew, for it belongs to the other task. Yosinski et al. 2014, https://arxiv.org/abs/1411.1792.
 */
import { z } from 'zod';
import { TuneError, type Problem } from '../../errors.ts';
import { suggest } from '../../space/nearest.ts';
import type { NamedTensor } from '../checkpoint.ts';
import type { LayerPlan } from '../layers/layer.ts';
import type { Given } from '../step.ts';
import type { PretrainedLayer, PretrainedWeights } from './pretrained.ts';

export const transferKnob = z
  .strictObject({
    from: z
      .string()
      .min(1)
      .describe(
        "weights to start from: a study's folder (its last model), a model folder, a model.json of tfjs, or a .keras or .h5 file of Keras",
      ),
    layers: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        'layers of this model by the names of the others: { "conv2d_1": "0.conv2d" }; default: by name, else by order',
      ),
    newHead: z.boolean().default(true).describe('whether the output layer starts anew'),
  })
  .optional()
  .describe('start from the weights of another network (https://arxiv.org/abs/1411.1792)');

export type Transfer = NonNullable<z.infer<typeof transferKnob>>;

const path = ['train', 'transfer'];

/**
 * First values for a plan.
 * @throws TuneError MODEL_INVALID when a named layer is not there or does not fit, or when nothing does
 */
export function transferred(
  { from, layers, newHead }: Transfer,
  { layers: pretrained, isOrdered }: PretrainedWeights,
  plan: LayerPlan,
): Given {
  const own = layersOf(plan).filter(({ name }) => !(newHead && name === 'output'));
  const pairs = layers ? named(layers, pretrained, own) : met(pretrained, isOrdered, own);
  if (pairs.length === 0)
    throw new TuneError('MODEL_INVALID', {
      path: [...path, 'from'],
      message: `no layer of ${from} fits one of this model`,
      expected: `a network with layers such as ${describe(own[0])}; there are ${pretrained.slice(0, 5).map(describe).join('; ')}`,
    });
  return new Map(
    pairs.flatMap(([theirs, ours]) => ours.tensors.map(({ name }, i) => [name, theirs.tensors[i]!.values])),
  );
}

type Shaped = Pick<NamedTensor, 'name' | 'shape'>;

interface OwnLayer {
  readonly name: string;
  readonly tensors: readonly Shaped[];
}

type Pair = readonly [theirs: PretrainedLayer, ours: OwnLayer];

/** The layers that have tensors, each with its weights and then its statistics, as Keras orders them. */
function layersOf({ weights, statistics }: LayerPlan): OwnLayer[] {
  const layers = new Map<string, Shaped[]>();
  for (const spec of [...weights, ...statistics]) {
    const layer = spec.name.slice(0, spec.name.lastIndexOf('.'));
    layers.set(layer, [...(layers.get(layer) ?? []), spec]);
  }
  return [...layers].map(([name, tensors]) => ({ name, tensors }));
}

function named(
  names: Readonly<Record<string, string>>,
  pretrained: readonly PretrainedLayer[],
  own: readonly OwnLayer[],
): Pair[] {
  const problems: Problem[] = [];
  const pairs = Object.entries(names).flatMap(([theirName, ourName]): Pair[] => {
    const theirs = pretrained.find(({ name }) => name === theirName);
    const ours = own.find(({ name }) => name === ourName);
    const place = [...path, 'layers', theirName];
    const missing = (what: string, name: string, known: readonly { readonly name: string }[]): Problem => ({
      path: place,
      message: `${what} has no layer "${name}"`,
      ...suggest(
        name,
        known.map(({ name }) => name),
      ),
    });
    if (!theirs) problems.push(missing('the other network', theirName, pretrained));
    else if (!ours) problems.push(missing('this model', ourName, own));
    else if (!fits(theirs, ours))
      problems.push({
        path: place,
        message: `${describe(theirs)} does not fit ${describe(ours)}`,
        expected: 'equal shapes',
      });
    else return [[theirs, ours]];
    return [];
  });
  if (problems.length > 0) throw new TuneError('MODEL_INVALID', problems);
  return pairs;
}

/** By equal names where there are some; else each layer takes the next one of its shapes, where the file has an order. */
function met(pretrained: readonly PretrainedLayer[], isOrdered: boolean, own: readonly OwnLayer[]): Pair[] {
  const byName = own.flatMap((ours): Pair[] => {
    const theirs = pretrained.find(({ name }) => name === ours.name);
    return theirs && fits(theirs, ours) ? [[theirs, ours]] : [];
  });
  if (byName.length > 0 || !isOrdered) return byName;
  let next = 0;
  return own.flatMap((ours): Pair[] => {
    const found = pretrained.findIndex((theirs, index) => index >= next && fits(theirs, ours));
    if (found === -1) return [];
    next = found + 1;
    return [[pretrained[found]!, ours]];
  });
}

function fits(theirs: PretrainedLayer, ours: OwnLayer): boolean {
  return (
    theirs.tensors.length === ours.tensors.length &&
    theirs.tensors.every(({ shape }, index) => shape.join() === ours.tensors[index]!.shape.join())
  );
}

function describe(layer: OwnLayer | undefined): string {
  if (!layer) return 'none';
  return `"${layer.name}" [${layer.tensors.map(({ shape }) => shape.join('x')).join(', ')}]`;
}
