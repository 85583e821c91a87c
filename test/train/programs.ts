/** Small programs around one technique each, and data for them: a technique that joins a registry joins these tests. */
import { TuneError } from '../../src/errors.ts';
import type { Json } from '../../src/space/space.ts';
import type { Technique } from '../../src/space/technique.ts';
import { createRng } from '../../src/study/rng.ts';
import { activations } from '../../src/train/activations/index.ts';
import { prepareBatches, type MemoryBatches } from '../../src/train/batches.ts';
import { augmentations } from '../../src/train/augment/index.ts';
import type { Augmentation } from '../../src/train/augment/augmentation.ts';
import { constraints } from '../../src/train/constraints/index.ts';
import { clippings } from '../../src/train/clipping/index.ts';
import type { Dataset, Task } from '../../src/train/data/dataset.ts';
import { dataKnobs } from '../../src/train/data/section.ts';
import { withVectors } from '../../src/train/data/zero-shot.ts';
import { initializers } from '../../src/train/initializers/index.ts';
import { layers } from '../../src/train/layers/index.ts';
import { nowhere, type Layer, type Place } from '../../src/train/layers/layer.ts';
import { losses } from '../../src/train/losses/index.ts';
import type { Loss } from '../../src/train/losses/loss.ts';
import { optimizers } from '../../src/train/optimizers/index.ts';
import { buildProgram, type Program } from '../../src/train/program.ts';
import { regularizers } from '../../src/train/regularizers/index.ts';
import { modelSection, trainSection } from '../../src/train/sections.ts';

/** Of one example. Add one where a new layer fits none. */
export const shapes = { vector: [5], image: [6, 6, 2], sequence: [5, 3], ids: [4] } as const;

export type Kind = keyof typeof shapes;

export interface ProgramCase {
  readonly name: string;
  readonly kind: Kind;
  readonly task: Task;
  readonly layers: readonly Json[];
  readonly train: Readonly<Record<string, Json>>;
  /** Of the classes, for zero-shot learning. */
  readonly vectors?: Readonly<Record<string, readonly number[]>>;
}

/** Knobs of techniques that have some without a default. Clipping must have something to do. */
const requiredKnobs: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  dense: { units: 3 },
  conv2d: { filters: 2 },
  groupNorm: { groups: 1 },
  gru: { units: 3 },
  lstm: { units: 3 },
  embedding: { vocabulary: 6, units: 3 },
  globalNorm: { limit: 0.3 },
  value: { limit: 0.05 },
  separableConv2d: { filters: 3 },
  conv2dTranspose: { filters: 2, strides: 2 },
  reshape: { targetShape: [-1, 1] },
  concreteDropout: { layer: { dense: 4 } },
  residual: { layers: [{ batchNorm: {} }, { activation: 'tanh' }] },
  repeat: { times: 3, layers: ['batchNorm', { dropout: 0.2 }, { activation: 'tanh' }], combine: 'learned' },
  tied: { to: 'one' },
  norm: { limit: 0.05 },
  stack: { times: 2, layers: [{ dense: { units: 4, activation: 'tanh' } }, 'batchNorm', { dropout: 0.2 }] },
};

export function leastKnobs({ name, knobs }: Technique): Readonly<Record<string, Json>> {
  const given = requiredKnobs[name] ?? {};
  const { error } = knobs.safeParse(given);
  if (!error) return given;
  const missing = error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new Error(`${name} needs knobs (${missing}): give it some in requiredKnobs of ${import.meta.filename}`);
}

/** Whether the knobs hold layers, which may hold layers. */
export function holdsLayers(knobNames: readonly string[]): boolean {
  return knobNames.includes('layers') || knobNames.includes('layer');
}

/** The shapes of input that a layer takes. */
function kindsOf(layer: Layer): Kind[] {
  const knobs = layer.knobs.parse(leastKnobs(layer));
  if (layer.name === 'embedding') return ['ids'];
  const kinds = measured.filter(kind => fits(layer, knobs, shapes[kind]));
  if (kinds.length > 0) return kinds;
  throw new Error(`${layer.name} takes no input that there is: add one to shapes of ${import.meta.filename}`);
}

export function fits(layer: Layer, knobs: unknown, shape: readonly number[]): boolean {
  try {
    layer.plan(knobs, shape, afterOne(shape));
    return true;
  } catch (error) {
    if (error instanceof TuneError) return false;
    throw error;
  }
}

/** Kinds whose numbers are measures, not names: all layers but embeddings take them. */
const measured = ['vector', 'image', 'sequence'] as const;

/** A layer with weights that keeps the shape of its input, so that gradients have a way to go through what follows. */
const before: Readonly<Record<(typeof measured)[number], Json>> = {
  vector: { dense: { units: 5, name: 'one' } },
  image: { conv2d: { filters: 2, padding: 'same', name: 'one' } },
  sequence: { gru: { units: 3, returnSequences: true } },
};

/** A place after such a layer: some layers need one. */
export function afterOne(shape: readonly number[]): Place {
  if (shape.length === 2) return nowhere;
  const one =
    shape.length === 1
      ? layers.dense.plan(layers.dense.knobs.parse({ units: 5 }), shape, nowhere)
      : layers.conv2d.plan(layers.conv2d.knobs.parse({ filters: 2, padding: 'same' }), shape, nowhere);
  return { ...nowhere, earlier: new Map([['one', one]]) };
}

/** A layer that ends in the technique of another registry, for each shape. */
const carriers = {
  vector: (knobs: Readonly<Record<string, Json>>): Json => ({ dense: { units: 4, ...knobs } }),
  image: (knobs: Readonly<Record<string, Json>>): Json => ({ conv2d: { filters: 4, ...knobs } }),
};
const carried = Object.keys(carriers) as (keyof typeof carriers)[];

const everything: Readonly<Record<Kind, readonly Json[]>> = {
  vector: [
    { dense: { units: 6, activation: 'elu' } },
    'batchNorm',
    { dropout: 0.3 },
    { dense: 4 },
    { activation: 'tanh' },
  ],
  image: [
    { conv2d: { filters: 3, padding: 'same', useBias: false } },
    { batchNorm: { momentum: 0.9 } },
    { activation: 'relu' },
    { maxPool: 2 },
    { dropout: 0.3 },
    { conv2d: { filters: 4, kernelSize: 2, activation: { leakyRelu: 0.2 } } },
    'flatten',
    { dropout: 0.2 },
    { dense: { units: 4, activation: 'sigmoid' } },
  ],
  sequence: [
    'layerNorm',
    { lstm: { units: 4, returnSequences: true } },
    { dropout: 0.2 },
    { gru: 3 },
    { dense: { units: 4, activation: 'prelu' } },
  ],
  ids: [{ embedding: { vocabulary: 6, units: 3 } }, { gru: { units: 4, returnSequences: true } }, { lstm: 3 }],
};

const kinds = Object.keys(shapes) as Kind[];

/** For classes, on a vector, where nothing else is said. */
function programCase(name: string, layers: readonly Json[], other: Partial<ProgramCase> = {}): ProgramCase {
  return { name, layers, kind: 'vector', task: 'classification', train: {}, ...other };
}

function each<T extends { readonly name: string }>(techniques: Readonly<Record<string, T>>): readonly T[] {
  return Object.values(techniques);
}

function named(technique: Technique): Json {
  return { [technique.name]: leastKnobs(technique) };
}

const small: readonly Json[] = [{ dense: { units: 4, activation: 'relu' } }, before.vector];

export const programCases: readonly ProgramCase[] = [
  ...each<Layer>(layers).flatMap(layer =>
    kindsOf(layer).map(kind =>
      programCase(`layer ${layer.name}, ${kind}`, [...(kind === 'ids' ? [] : [before[kind]]), named(layer)], { kind }),
    ),
  ),
  ...each<Technique>(activations).flatMap(activation =>
    carried.map(kind =>
      programCase(`activation ${activation.name}, ${kind}`, [carriers[kind]({ activation: named(activation) })], {
        kind,
      }),
    ),
  ),
  ...each<Technique>(initializers).map(initializer =>
    programCase(`initializer ${initializer.name}`, [carriers.vector({ kernelInitializer: named(initializer) })]),
  ),
  ...each<Loss>(losses).map(loss =>
    programCase(`loss ${loss.name}`, small, {
      task: loss.task,
      train: { loss: named(loss) },
      ...(loss.name === 'classVector' && { vectors: { a: [1, 0], b: [0, 1], c: [1, 1] } }),
    }),
  ),
  ...['softmaxCrossEntropy', 'sigmoidCrossEntropy'].map(name =>
    programCase(`loss ${name} with label smoothing`, small, { train: { loss: { [name]: { labelSmoothing: 0.1 } } } }),
  ),
  ...each<Technique>(optimizers).map(optimizer =>
    programCase(`optimizer ${optimizer.name}`, small, { train: { optimizer: named(optimizer) } }),
  ),
  ...each<Technique>(clippings).map(clipping =>
    programCase(`clipping ${clipping.name}`, small, { train: { clipping: named(clipping) } }),
  ),
  ...each<Technique>(constraints).flatMap(constraint =>
    measured.map(kind =>
      programCase(`constraint ${constraint.name}, ${kind}`, [before[kind], before[kind]], {
        kind,
        train: { constraint: named(constraint) },
      }),
    ),
  ),
  ...each<Augmentation>(augmentations).flatMap(augmentation =>
    measured
      .filter(kind => !augmentation.refuses?.({ shape: shapes[kind], batchSize: 8, isMixed: false }))
      .map(kind =>
        programCase(`augmentation ${augmentation.name}, ${kind}`, [before[kind]], {
          kind,
          train: { augment: [named(augmentation)] },
        }),
      ),
  ),
  programCase('a single time', [
    before.vector,
    { reshape: [1, 5] },
    { gru: { units: 3, returnSequences: true } },
    { lstm: 3 },
  ]),
  programCase('a learned sum of one', [
    before.vector,
    { repeat: { times: 1, layers: [{ dense: 5 }], combine: 'learned' } },
  ]),
  programCase('gelu by tanh', [carriers.vector({ activation: { gelu: { approximate: true } } })]),
  programCase('groups of channels', [{ conv2d: { filters: 4 } }, { groupNorm: 2 }], { kind: 'image' }),
  ...carried.map(kind =>
    programCase(`the way back through a kernel, ${kind}`, [before[kind], { tied: { to: 'one', transpose: true } }], {
      kind,
    }),
  ),
  programCase('a shortcut by a dense layer', [{ residual: [{ dense: 3 }, 'batchNorm'] }]),
  programCase(
    'a shortcut by a convolution',
    [{ residual: { layers: [{ conv2d: { filters: 3, padding: 'same', strides: [2, 1] } }], activation: 'relu' } }],
    { kind: 'image' },
  ),
  programCase('bilinear interpolation', [before.image, { upsample: { interpolation: 'bilinear' } }], { kind: 'image' }),
  programCase('a single repetition', [{ repeat: { times: 1, layers: [{ dense: 5 }], combine: 'learned' } }]),
  programCase('concrete dropout of channels', [before.image, { concreteDropout: { conv2d: 2 } }], { kind: 'image' }),
  programCase('weights of classes, by name', small, { train: { classWeights: { a: 3, c: 0.5 } } }),
  programCase('decoupled weight decay', small, { train: { weightDecay: 0.1 } }),
  programCase('learning rates by layer', small, { train: { learningRates: { '0.*': 0.1, output: 2 } } }),
  programCase('weights of their own, in layers', [
    { dense: { units: 4, l1: 0.01, l2: 0.02 } },
    { dense: { units: 3, l2: 0.01 } },
  ]),
  ...each(regularizers).flatMap(({ name }) =>
    measured.map(kind =>
      programCase(`${name}, ${kind}`, [before[kind], before[kind]], { kind, train: { [name]: 0.01 } }),
    ),
  ),
  ...kinds.flatMap(kind => [
    programCase(`no layers, ${kind}`, [], { kind, task: 'regression' }),
    ...(['classification', 'regression'] as const).map(task =>
      programCase(`everything, ${kind}, ${task}`, everything[kind], {
        kind,
        task,
        train: {
          ...Object.fromEntries(each(regularizers).map(({ name }) => [name, 0.001])),
          optimizer: { adam: 0.01 },
        },
      }),
    ),
  ]),
];

export function programOf({ kind, task, layers, train, vectors }: Omit<ProgramCase, 'name'>): Program {
  const plain = dataOf(kind, task);
  const data = vectors ? withVectors(plain, { vectors: vectors as Record<string, number[]>, unseen: [] }) : plain;
  const build = (given: readonly Json[]): Program =>
    buildProgram(data, modelSection.parse({ layers: given }), trainSection.parse(train));
  try {
    return build(layers);
  } catch (error) {
    // The output layer takes vectors alone.
    if (error instanceof TuneError) return build([...layers, 'flatten']);
    throw error;
  }
}

function dataOf(kind: Kind, task: Task): Dataset {
  const [size, inputShape] = [600, shapes[kind]];
  const rng = createRng(3, 'data');
  const width = inputShape.reduce((product, side) => product * side, 1);
  const isImage = kind === 'image';
  const draw = { image: () => rng.int(256), ids: () => rng.int(6) }[kind as string] ?? (() => 5 + 3 * rng.normal());
  const inputs = Array.from({ length: size * width }, draw);
  const common = { size, inputShape, inputs: isImage ? Uint8Array.from(inputs) : Float32Array.from(inputs) };
  return task === 'classification'
    ? {
        ...common,
        task,
        targetSize: 1,
        targets: Int32Array.from({ length: size }, (_, i) => i % 3),
        classes: ['a', 'b', 'c'],
      }
    : { ...common, task, targetSize: 2, targets: Float32Array.from({ length: size * 2 }, () => 10 * rng.normal()) };
}

export function batchesOf({ kind, task }: Pick<ProgramCase, 'kind' | 'task'>): MemoryBatches {
  return prepareBatches(dataOf(kind, task), dataKnobs.parse(kind === 'ids' ? { normalize: 'none' } : {}), 1);
}
